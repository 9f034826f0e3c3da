import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { createDeadline, untilAborted } from './deadline.ts'

const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

describe('a deadline', () => {
  test('passes, and says that it was it', async () => {
    const deadline = createDeadline(undefined, 1)
    await wait(5)
    expect([deadline.signal.aborted, deadline.expired]).toEqual([true, true])
  })

  test('does not pass before its time, however long that is', async () => {
    const deadlines = [
      createDeadline(undefined, 2 ** 40),
      createDeadline(undefined, undefined),
      createDeadline(undefined, 60_000),
    ]
    await wait(5)
    expect(deadlines.map(({ signal }) => signal.aborted)).toEqual([false, false, false])
    for (const deadline of deadlines) deadline.dispose()
  })

  test('that comes after the caller’s abort is not the reason', async () => {
    const controller = new AbortController()
    const deadline = createDeadline(controller.signal, 2)
    controller.abort('enough')
    await wait(6)
    expect([deadline.expired, deadline.signal.reason]).toEqual([false, 'enough'])
    const late = createDeadline(controller.signal, 1)
    await wait(5)
    expect([late.expired, late.signal.reason]).toEqual([false, 'enough'])
  })

  test('leaves nothing behind when it is disposed of', async () => {
    const { signal } = new AbortController()
    const deadline = createDeadline(signal, 2)
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    deadline.dispose()
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    await wait(6)
    expect(deadline.signal.aborted).toBe(false)
    deadline.abort()
    expect([deadline.signal.aborted, deadline.expired]).toEqual([true, false])
  })
})

describe('work that takes no signal', () => {
  test('comes through', async () => {
    const { signal } = new AbortController()
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1)
    await expect(untilAborted(Promise.reject(new RangeError('x')), signal)).rejects.toThrow('x')
  })
  test('is given up on an abort, also one that was before', async () => {
    const controller = new AbortController()
    const waiting = untilAborted(new Promise(() => undefined), controller.signal)
    controller.abort(new RangeError('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(untilAborted(Promise.resolve(1), controller.signal)).rejects.toThrow('enough')
  })
})
