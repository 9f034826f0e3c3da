import { AuthenticationError, OverloadedError, RateLimitError } from '@llm/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describeFailure, readFailure, retryDelay, WORKER_LOST } from './failure.ts'

const policy = { retryDelayMs: 1000 }
const plain = describeFailure(new Error('Broken.'))

test('an error of the library keeps what programs need, as data', () => {
  const error = new RateLimitError({
    ...{ message: 'Slow down.', hint: 'Wait.', status: 429, retryable: true, retryAfterMs: 2000, requestId: 'r1' },
    cause: new Error('the response'),
  })
  expect(describeFailure(error)).toEqual({
    ...{ name: 'RateLimitError', code: 'rate_limit', message: 'Slow down.', hint: 'Wait.', retryable: true },
    details: { status: 429, retryAfterMs: 2000, requestId: 'r1' },
  })
})

test.each([[new Error('sk-abcdefghijklmnopqrstuvwxyz012345')], ['sk-abcdefghijklmnopqrstuvwxyz012345']])(
  'whatever else is thrown is kept without what looks like a key',
  thrown => {
    const failure = describeFailure(thrown)
    expect(failure).toMatchObject({ code: 'unknown', retryable: true })
    expect(JSON.stringify(failure)).not.toContain('abcdefgh')
  },
)

test.each([
  ['nothing', null, undefined],
  ['a result', { result: 1 }, undefined],
  ['ours', { error: plain }, plain],
  ['a lost heartbeat', { value: { message: 'job heartbeat timeout' } }, WORKER_LOST],
])('what stands in a row is read: %s', (_, output, failure) => {
  expect(readFailure(output)).toEqual(failure)
})

test('an attempt that pg-boss ended took too long', () => {
  expect(readFailure({ value: { message: 'job timed out' } })).toMatchObject({ code: 'timeout', retryable: true })
})

test('waits double, are spread over their second half, and have an end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), attempts => {
      const full = Math.min(600_000, 1000 * 2 ** (attempts - 1))
      const delay = retryDelay(plain, attempts, policy)
      expect(delay).toBeGreaterThanOrEqual(full / 2)
      expect(delay).toBeLessThanOrEqual(full)
    }),
    { seed: 7 },
  )
  expect(retryDelay(plain, 30, { retryDelayMs: 1000, longestDelayMs: 2000 })).toBeLessThanOrEqual(2000)
})

test('a busy host has longer, and as long as it asks', () => {
  const busy = describeFailure(new OverloadedError({ message: 'Busy.', retryable: true }))
  expect(retryDelay(busy, 1, policy)).toBeGreaterThanOrEqual(2500)
  const asks = describeFailure(new RateLimitError({ message: 'Wait.', retryable: true, retryAfterMs: 900_000 }))
  expect(retryDelay(asks, 1, policy)).toBe(900_000)
})

test('what cannot succeed has no next time', () => {
  expect(retryDelay(describeFailure(new AuthenticationError({ message: 'No.' })), 1, policy)).toBeUndefined()
})
