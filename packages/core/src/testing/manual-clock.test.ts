import { expect, test } from 'vitest'
import { createManualClock } from './manual-clock.ts'

test('wakes sleepers in the order of their times, and those of one time in the order they came', async () => {
  const clock = createManualClock({ start: 1000 })
  const woken: [string, number][] = []
  const nap = (name: string, ms: number): Promise<unknown> =>
    clock.sleep(ms).then(() => woken.push([name, clock.now()]))
  void nap('late', 30)
  void nap('early', 10)
  void nap('early too', 10)
  await clock.advance(29)
  expect(woken).toEqual([
    ['early', 1010],
    ['early too', 1010],
  ])
  expect(clock.now()).toBe(1029)
  expect(clock.sleeping).toBe(1)
  await clock.advance(1)
  expect(woken[2]).toEqual(['late', 1030])
})

test('wakes a sleeper again that goes back to sleep for less than what is left', async () => {
  const clock = createManualClock()
  const times: number[] = []
  const ticking = (async () => {
    for (let i = 0; i < 5; i++) {
      await clock.sleep(10)
      times.push(clock.now())
    }
  })()
  await clock.advance(35)
  expect(times).toEqual([10, 20, 30])
  await clock.advance(100)
  await ticking
  expect(times).toEqual([10, 20, 30, 40, 50])
  expect(clock.now()).toBe(135)
})

test('an abort ends a sleep with its reason', async () => {
  const clock = createManualClock()
  const controller = new AbortController()
  const nap = clock.sleep(10, controller.signal)
  expect(clock.sleeping).toBe(1)
  controller.abort(new Error('enough'))
  await expect(nap).rejects.toThrow('enough')
  expect(clock.sleeping).toBe(0)
  await expect(clock.sleep(10, controller.signal)).rejects.toThrow('enough')
  expect(clock.sleeping).toBe(0)
})

test('with autoAdvance an hour takes no time, and endless sleep stays endless', async () => {
  const clock = createManualClock({ autoAdvance: true })
  const order: string[] = []
  void clock.sleep(Infinity).then(() => order.push('never'))
  const hour = clock.sleep(3_600_000).then(() => order.push('hour'))
  const second = clock.sleep(1000).then(() => order.push('second'))
  await Promise.all([hour, second])
  expect(order).toEqual(['second', 'hour'])
  expect(clock.now()).toBe(3_600_000)
  await clock.sleep(1)
  expect(clock.now()).toBe(3_600_001)
  expect(clock.sleeping).toBe(1)
})
