import { expect, test } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const now = Date.UTC(2026, 0, 1, 12, 0, 0)

test.each<[Record<string, string>, number | undefined]>([
  [{}, undefined],
  [{ 'retry-after': '2' }, 2000],
  [{ 'retry-after': ' 2 ' }, 2000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '0.25' }, 250],
  [{ 'retry-after': '1.0005' }, 1001],
  [{ 'retry-after-ms': '150' }, 150],
  [{ 'retry-after-ms': '150', 'retry-after': '9' }, 150],
  [{ 'retry-after-ms': 'soon', 'retry-after': '9' }, 9000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Thursday, 01-Jan-26 12:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Thu Jan  1 12:00:30 2026' }, 30_000],
  [{ 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, 0],
])('%o is %s ms', (headers, expected) => {
  expect(retryAfterMs(new Headers(headers), now)).toBe(expected)
})

const nonsense = ['', '-1', '-0.5', 'soon', 'NaN', 'Infinity', '1e3', '0x10', '2 seconds', '60s', 'hello 2', '1,5']

test.each([...nonsense, 'Thu, nonsense', '9'.repeat(400)])('nonsense is no time: %o', value => {
  for (const header of ['retry-after', 'retry-after-ms']) {
    expect(retryAfterMs({ get: name => (name === header ? value : null) }, now)).toBeUndefined()
  }
})

test('the clock is the default now', () => {
  const inAMinute = new Date(Date.now() + 60_000).toUTCString()
  const wait = retryAfterMs(new Headers({ 'retry-after': inAMinute }))
  expect(wait).toBeGreaterThan(55_000)
  expect(wait).toBeLessThanOrEqual(60_000)
})
