import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from './clock.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('sleeps for as long as it is told', async () => {
  let awake = false
  void systemClock.sleep(100).then(() => (awake = true))
  await vi.advanceTimersByTimeAsync(99)
  expect(awake).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(awake).toBe(true)
})

test('sleeps for longer than one timer can', async () => {
  let awake = false
  const month = 30 * 24 * 3600 * 1000
  void systemClock.sleep(month).then(() => (awake = true))
  await vi.advanceTimersByTimeAsync(month - 1)
  expect(awake).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(awake).toBe(true)
})

test('an abort ends the sleep with its reason, and leaves no timer and no listener', async () => {
  const controller = new AbortController()
  const nap = systemClock.sleep(Infinity, controller.signal)
  controller.abort(new Error('enough'))
  await expect(nap).rejects.toThrow('enough')
  await expect(systemClock.sleep(5, controller.signal)).rejects.toThrow('enough')
  expect(vi.getTimerCount()).toBe(0)
  const other = new AbortController()
  const removed = vi.spyOn(other.signal, 'removeEventListener')
  const short = systemClock.sleep(5, other.signal)
  await vi.advanceTimersByTimeAsync(5)
  await short
  expect(removed).toHaveBeenCalledOnce()
})

test('its time goes forward', async () => {
  vi.useRealTimers()
  const before = systemClock.now()
  await systemClock.sleep(2)
  expect(systemClock.now()).toBeGreaterThan(before)
})
