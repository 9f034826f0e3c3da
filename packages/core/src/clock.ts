/** Where time comes from: the system's, or a test's own. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number
  /**
   * Resolves after so many milliseconds; `Infinity` never does. Where the signal is aborted it rejects at once, with the
   * signal's reason.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/**
 * Why a sleeper is woken whom nobody waits for any more. An abort without a reason makes an error each time, with its stack:
 * that would be what a call costs most.
 */
export const NOT_NEEDED: unknown = 'not needed any more'

/** The most milliseconds of a timer: longer ones fire at once. https://developer.mozilla.org/docs/Web/API/setTimeout#maximum_delay_value */
export const LONGEST_TIMER: number = 2 ** 31 - 1

/**
 * The system's time.
 *
 * @example
 * ```ts
 * import { systemClock } from '@llm/core/testing'
 *
 * const started = systemClock.now()
 * await systemClock.sleep(10)
 * console.log(systemClock.now() - started)
 * ```
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    let left = ms
    for (; left > LONGEST_TIMER; left -= LONGEST_TIMER) await timer(LONGEST_TIMER, signal)
    return timer(left, signal)
  },
}

/**
 * Calls `ring` once after so many milliseconds; what it gives stops that. The system's time needs no sleeper for it, whom
 * a signal would have to wake: most alarms are stopped.
 */
export function setAlarm(clock: Clock, ms: number, ring: () => void): () => void {
  if (clock === systemClock && ms <= LONGEST_TIMER) {
    const id = setTimeout(ring, ms)
    return () => {
      clearTimeout(id)
    }
  }
  const stopped = new AbortController()
  const wake = (): void => {
    if (!stopped.signal.aborted) ring()
  }
  clock.sleep(ms, stopped.signal).then(wake, () => undefined)
  return () => {
    stopped.abort(NOT_NEEDED)
  }
}

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(id)
      reject(signal?.reason as Error)
    }
    const id = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    if (signal?.aborted === true) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
}
