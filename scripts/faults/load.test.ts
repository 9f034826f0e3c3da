import { expect, test } from 'vitest'
import { measureCalls, measureStreams } from './load.ts'

test('200 streams at the same time arrive whole', { timeout: 60_000 }, async () => {
  const { atOnce, events } = await measureStreams(200)
  // A start, 50 pieces of text, the usage and the end.
  expect({ atOnce, events }).toEqual({ atOnce: 200, events: 200 * 53 })
})

test('10,000 calls leave neither memory nor timers behind', { timeout: 60_000 }, async () => {
  const { heap, timers } = await measureCalls(10_000)
  expect(timers).toBe(0)
  expect(heap[1] - heap[0]).toBeLessThan(8)
})
