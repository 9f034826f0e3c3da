import { assignDefined, LLMError, type LLMErrorOptions } from './llm-error.ts'

/**
 * What was wrong with a download. `private-address`: it leads to this machine or into a private network. `too-large`,
 * `wrong-type`, `status`: what came is not what may be sent on. `redirects`: too many. `network`: nothing came.
 */
export type DownloadProblem = 'private-address' | 'too-large' | 'wrong-type' | 'status' | 'redirects' | 'network'

/** What a {@link DownloadError} is built from. */
export interface DownloadErrorOptions extends LLMErrorOptions {
  readonly reason: DownloadProblem
  readonly url: string
  readonly status?: number | undefined
}

/**
 * A file that a message points to could not be downloaded, or must not be. Nothing was sent to the host.
 *
 * @example
 * ```ts
 * import { DownloadError } from '@llm/core'
 *
 * function mayBeAnAttack(error: unknown): boolean {
 *   return error instanceof DownloadError && error.reason === 'private-address'
 * }
 * ```
 */
export class DownloadError extends LLMError {
  override readonly name: string = 'DownloadError'
  override readonly code: string = 'download'
  override readonly retryable: boolean
  declare readonly reason: DownloadProblem
  /** Where it was to come from, without what may hold a key. */
  declare readonly url: string
  /** The HTTP status, where it is the problem. */
  declare readonly status?: number

  constructor(options: DownloadErrorOptions) {
    super(options)
    const { reason, url, status } = options
    this.retryable = reason === 'network' || (status !== undefined && (status >= 500 || status === 429))
    assignDefined(this, { reason, url, status })
  }
}
