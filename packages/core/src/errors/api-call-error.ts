import { assignDefined, LLMError, type LLMErrorOptions } from './llm-error.ts'

/** What an {@link APICallError} is built from: an allow-list, so that nothing else of a request can enter. */
export interface APICallErrorOptions extends LLMErrorOptions {
  readonly provider?: string | undefined
  readonly model?: string | undefined
  /** The HTTP status. */
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  readonly vendorCode?: string | undefined
  readonly parameter?: string | undefined
  /** How long the host asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined
  /** Whether the same call may succeed later. Defaults to no. */
  readonly retryable?: boolean | undefined
}

/**
 * A host was called and the call failed. Its subclasses say how.
 *
 * @example
 * ```ts
 * import { APICallError } from '@llm/core'
 *
 * function waitTime(error: unknown): number | undefined {
 *   return error instanceof APICallError && error.retryable ? (error.retryAfterMs ?? 1000) : undefined
 * }
 * ```
 */
export class APICallError extends LLMError {
  override readonly name: string = 'APICallError'
  override readonly code: string = 'api_call'
  override readonly retryable: boolean
  /** The provider that was called: its id. */
  declare readonly provider?: string
  /** The model, as the host names it. */
  declare readonly model?: string
  /** The HTTP status. An error inside a stream has the status that it stands for, where it names one. */
  declare readonly status?: number
  /** The host's id for the request, for its support desk. */
  declare readonly requestId?: string
  /** The host's own code or type for the error. */
  declare readonly vendorCode?: string
  /** The request field that the host complains about. */
  declare readonly parameter?: string
  /** How long the host asks to wait before the next try, in milliseconds. */
  declare readonly retryAfterMs?: number

  constructor(options: APICallErrorOptions) {
    super(options)
    const { provider, model, status, requestId, vendorCode, parameter, retryAfterMs, retryable = false } = options
    this.retryable = retryable
    assignDefined(this, { provider, model, status, requestId, vendorCode, parameter, retryAfterMs })
  }
}
