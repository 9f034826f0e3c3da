import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { setAlarm, systemClock, type Clock } from './clock.ts'
import { createManualClock } from './testing/manual-clock.ts'

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

describe('an alarm', () => {
  const month = 30 * 24 * 3600 * 1000
  const setup = (kind: 'system' | 'manual') => {
    if (kind === 'manual') vi.useRealTimers()
    const manual = createManualClock()
    const clock: Clock = kind === 'system' ? systemClock : manual
    const advance = (ms: number) => (kind === 'system' ? vi.advanceTimersByTimeAsync(ms) : manual.advance(ms))
    return { clock, advance, ring: vi.fn() }
  }

  test.each([
    ['system', 100],
    ['system', month],
    ['manual', 100],
  ] as const)('of the %s clock rings once, after %i ms', async (kind, ms) => {
    const { clock, advance, ring } = setup(kind)
    setAlarm(clock, ms, ring)
    await advance(ms - 1)
    expect(ring).not.toHaveBeenCalled()
    await advance(1)
    await advance(2 * ms)
    expect(ring).toHaveBeenCalledOnce()
  })

  test.each([100, month, Infinity])('that is stopped never rings, and leaves no timer: %d ms', async ms => {
    const { clock, advance, ring } = setup('system')
    const stop = setAlarm(clock, ms, ring)
    await advance(50)
    stop()
    stop()
    expect(vi.getTimerCount()).toBe(0)
    await advance(2 * month)
    expect(ring).not.toHaveBeenCalled()
  })

  test('does not ring either when it is stopped as its time comes', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const ring = vi.fn()
    const stop = setAlarm({ now: () => 0, sleep: () => promise }, 100, ring)
    resolve(undefined)
    stop()
    await promise
    await Promise.resolve()
    expect(ring).not.toHaveBeenCalled()
  })
})
