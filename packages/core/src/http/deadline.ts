/** One signal for a whole call: the caller's, and a deadline of our own. */
export interface Deadline {
  readonly signal: AbortSignal | undefined
  /** The deadline has passed, and that is why the signal is aborted. */
  readonly expired: boolean
  /** Removes the timer and the listener. Call it when the call is over, however it went. */
  dispose(): void
}

const NO_DEADLINE = { expired: false, dispose: () => undefined }

/**
 * Joins a caller's signal and a time limit in milliseconds. Without a limit the caller's own signal is used, so that
 * nothing has to be cleaned up.
 */
export function createDeadline(signal: AbortSignal | undefined, timeout: number | undefined): Deadline {
  if (timeout === undefined) return { signal, ...NO_DEADLINE }
  const controller = new AbortController()
  const deadline = {
    signal: controller.signal,
    expired: false,
    dispose: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', forward)
    },
  }
  const forward = (): void => {
    controller.abort(signal?.reason)
  }
  const timer = setTimeout(() => {
    deadline.expired = true
    controller.abort()
  }, timeout)
  if (signal?.aborted === true) forward()
  else signal?.addEventListener('abort', forward, { once: true })
  return deadline
}
