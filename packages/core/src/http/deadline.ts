import { LONGEST_TIMER } from '../clock.ts'

/** One signal for a whole call: the caller's, a deadline of our own, and leaving it early. */
export interface Deadline {
  readonly signal: AbortSignal
  /** The deadline has passed, and that is why the signal is aborted. */
  readonly expired: boolean
  /** Ends what is left of the call: nobody waits for it any more. */
  abort(): void
  /** Removes the timer and the listener. Call it when the call is over, however it went. */
  dispose(): void
}

/**
 * Joins a caller's signal and a time limit in milliseconds. The caller's own signal is never handed on: `fetch` leaves a
 * listener on its signal, and the caller's may outlive thousands of calls.
 *
 * @example
 * ```ts
 * import { createDeadline } from '@llm/core'
 *
 * const deadline = createDeadline(undefined, 1000)
 * try {
 *   await fetch('https://example.com', { signal: deadline.signal })
 * } finally {
 *   deadline.dispose()
 * }
 * ```
 */
export function createDeadline(signal: AbortSignal | undefined, timeout: number | undefined): Deadline {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const forward = (): void => {
    clearTimeout(timer)
    controller.abort(signal?.reason)
  }
  const deadline = {
    signal: controller.signal,
    expired: false,
    abort: () => {
      controller.abort()
    },
    dispose: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', forward)
    },
  }
  const expire = (): void => {
    deadline.expired = true
    controller.abort()
  }
  if (signal?.aborted === true) forward()
  else if (timeout !== undefined) timer = setTimeout(expire, Math.min(timeout, LONGEST_TIMER))
  signal?.addEventListener('abort', forward, { once: true })
  return deadline
}

/** Work that takes no signal, given up when one is aborted. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(signal.reason as Error)
    }
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    const done = (): void => {
      signal.removeEventListener('abort', giveUp)
    }
    work.then(resolve, reject).then(done, done)
  })
}
