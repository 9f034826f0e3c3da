import { expect, test } from 'vitest'
import { createHeldProvider } from '../../testing/held-provider.ts'
import { createManualClock } from '../../testing/manual-clock.ts'
import { memoryRateLimitStore } from './memory-store.ts'
import { rateLimit, type RateLimitOptions } from './rate-limit.ts'
import type { RateLimitCharge, RateLimitGrant, RateLimitStore } from './store.ts'

const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const
const granted: RateLimitGrant = { taken: true, at: 7 }
const refused: RateLimitGrant = { taken: false, retryInMs: 60_000 }

/** A store elsewhere, which answers when a test says so. */
function slowStore() {
  const asked: { charges: readonly RateLimitCharge[]; answer: (grant: RateLimitGrant) => void }[] = []
  const adjusted: { key: string; amount: number; at: number; done: () => void }[] = []
  const store: RateLimitStore = {
    take: charges => new Promise(answer => asked.push({ charges, answer })),
    adjust: ({ key, amount }, at) => new Promise(done => adjusted.push({ key, amount, at, done })),
  }
  return { store, asked, adjusted }
}

function slow(options: RateLimitOptions) {
  const clock = createManualClock()
  const { provider, calls } = createHeldProvider()
  const { store, asked, adjusted } = slowStore()
  const settle = () => clock.advance(0)
  return { provider: rateLimit({ clock, store, ...options })(provider), calls, clock, asked, adjusted, settle }
}

function codeOf(promise: Promise<unknown>): { code?: string } {
  const seen: { code?: string } = {}
  promise.catch((error: unknown) => (seen.code = (error as { code: string }).code))
  return seen
}

test('an abort does not wait for the store, and what the store then takes is given back', async () => {
  const { provider, calls, asked, adjusted, settle, clock } = slow({ rpm: 5, tpm: 1000 })
  const abort = new AbortController()
  const first = codeOf(provider.complete({ ...request, maxTokens: 95, signal: abort.signal }))
  const stream = provider.stream(request)
  const reading = codeOf(stream[Symbol.asyncIterator]().next())
  await settle()
  abort.abort()
  await settle()
  expect([first.code, asked.length]).toEqual(['aborted', 1])
  asked[0]?.answer(granted)
  await settle()
  expect(adjusted.map(({ key, amount, at }) => [key, amount, at])).toEqual([
    ['held:m:requests', -1, 7],
    ['held:m:tokens', -100, 7],
  ])
  await stream.cancel()
  asked[1]?.answer(granted)
  await settle()
  expect([reading.code, calls.length, adjusted.length, clock.sleeping]).toEqual([undefined, 0, 4, 0])
})

test('a timeout does not wait for the store either; the wait for room begins when there is none', async () => {
  const { provider, calls, asked, clock, settle } = slow({ rpm: 5, maxWaitMs: 0 })
  const hurried = codeOf(provider.complete({ ...request, timeout: 1000 }))
  await clock.advance(1000)
  expect(hurried.code).toBe('timeout')
  asked[0]?.answer(granted)
  void provider.complete(request)
  await clock.advance(500)
  asked[1]?.answer(granted)
  await settle()
  expect(calls).toHaveLength(1)
  const late = codeOf(provider.complete(request))
  await settle()
  asked[2]?.answer(refused)
  await settle()
  expect([late.code, clock.sleeping]).toEqual(['rate_limit', 0])
})

test('what changes while the store is asked is asked for again', async () => {
  const { provider, calls, asked, adjusted, clock, settle } = slow({ tpm: 1000 })
  void provider.complete(request)
  await settle()
  asked[0]?.answer(granted)
  await settle()
  void provider.complete(request)
  await settle()
  calls[0]?.answer({ usage: { inputTokens: 1, outputTokens: 1, source: 'reported' } })
  asked[1]?.answer(refused)
  await settle()
  // The end of the first call came before the answer, the correction of its tokens after the next question.
  expect(asked).toHaveLength(3)
  asked[2]?.answer(refused)
  await settle()
  expect([asked.length, clock.sleeping > 0]).toEqual([3, true])
  adjusted[0]?.done()
  await settle()
  asked[3]?.answer(granted)
  await settle()
  expect(calls).toHaveLength(2)
})

test('who leaves while the store is asked does not make others wait for as long as it would have had to', async () => {
  const { provider, calls, asked, settle } = slow({ tpm: 1000 })
  const abort = new AbortController()
  codeOf(provider.complete({ ...request, signal: abort.signal }))
  void provider.complete({ ...request, maxTokens: 1 })
  await settle()
  abort.abort()
  await settle()
  asked[0]?.answer(refused)
  await settle()
  asked[1]?.answer(granted)
  await settle()
  expect(calls).toHaveLength(1)
})

test('estimates that are far too high hold back nobody for longer than the calls take', async () => {
  const clock = createManualClock()
  const { provider, calls } = createHeldProvider()
  // Each call is taken for 1,005 tokens and uses 100: 6,000 a minute, of 10,000.
  const limited = rateLimit({ clock, tpm: 10_000 })(provider)
  for (let second = 0; second < 300; second++) {
    const answer = limited.complete(request)
    await clock.advance(0)
    expect(calls).toHaveLength(second + 1)
    calls[second]?.answer({ usage: { inputTokens: 5, outputTokens: 95, source: 'reported' } })
    await answer
    await clock.advance(1000)
  }
})

test('middlewares that share a store hear of what another gives back, and count their calls together', async () => {
  const clock = createManualClock()
  const { provider, calls } = createHeldProvider()
  const options = { clock, concurrency: 2, tpm: 2000, store: memoryRateLimitStore(clock) }
  const [one, other] = [rateLimit(options)(provider), rateLimit(options)(provider)]
  void one.complete({ ...request, maxTokens: 95 })
  void one.complete({ ...request, maxTokens: 95 })
  void other.complete({ ...request, maxTokens: 1995 })
  await clock.advance(1000)
  expect(calls).toHaveLength(2)
  for (const call of calls) call.answer({ usage: { inputTokens: 0, outputTokens: 0, source: 'reported' } })
  await clock.advance(250)
  expect(calls).toHaveLength(3)
  const third = codeOf(one.complete({ ...request, timeout: 500 }))
  calls[2]?.answer({ usage: { inputTokens: 0, outputTokens: 0, source: 'reported' } })
  await clock.advance(250)
  expect([calls.length, third.code]).toEqual([4, undefined])
})

test('a reader of limits that throws keeps no place', async () => {
  const { provider, calls } = createHeldProvider()
  const readLimits = (): never => {
    throw new Error('unreadable')
  }
  const clock = createManualClock()
  const limited = rateLimit({ clock, concurrency: 1, readLimits })(provider)
  const first = limited.complete(request)
  await clock.advance(0)
  calls[0]?.answer()
  await expect(first).rejects.toThrow('unreadable')
  void limited.complete(request)
  await clock.advance(0)
  expect(calls).toHaveLength(2)
})
