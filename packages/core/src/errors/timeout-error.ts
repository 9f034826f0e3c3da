import { assignDefined } from './llm-error.ts'
import { APICallError, type APICallErrorOptions } from './api-call-error.ts'

/**
 * Which deadline passed. `total`: the whole call. `first-content`: from sending to the first content. `liveness`: between
 * two bytes of any kind. `idle`: between two pieces of content. `connect`: the network's own. `host`: the host gave up.
 * `download`: a file that a message points to.
 */
export type Timer = 'total' | 'first-content' | 'liveness' | 'idle' | 'connect' | 'host' | 'download'

/** What a {@link TimeoutError} is built from. */
export interface TimeoutErrorOptions extends APICallErrorOptions {
  readonly timer: Timer
}

/**
 * A deadline passed. `timer` names it.
 *
 * @example
 * ```ts
 * import { TimeoutError } from '@llm/core'
 *
 * function wasSlowToBegin(error: unknown): boolean {
 *   return error instanceof TimeoutError && error.timer === 'first-content'
 * }
 * ```
 */
export class TimeoutError extends APICallError {
  override readonly name: string = 'TimeoutError'
  override readonly code: string = 'timeout'
  declare readonly timer: Timer

  constructor(options: TimeoutErrorOptions) {
    super({ ...options, retryable: options.retryable ?? true })
    assignDefined(this, { timer: options.timer })
  }
}
