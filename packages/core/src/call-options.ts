import type { ProviderOptions, RequestMetadata } from './completion.ts'

/** What every call of every capability takes. */
export interface CallOptions {
  readonly providerOptions?: ProviderOptions | undefined
  readonly metadata?: RequestMetadata | undefined
  /** Ends the call with an {@link AbortedError}. */
  readonly signal?: AbortSignal | undefined
  /**
   * Names the call, so that a host that has done it already does not do it twice. Sent as the header `idempotency-key`;
   * with it, {@link retry} may also repeat what makes images, speech and video.
   */
  readonly idempotencyKey?: string | undefined
  /** The most milliseconds that the call may take. Defaults to the provider's setting. */
  readonly timeout?: number | undefined
}
