import type { ProviderOptions, RequestMetadata } from './completion.ts'

/** What every call of every capability takes. */
export interface CallOptions {
  readonly providerOptions?: ProviderOptions | undefined
  readonly metadata?: RequestMetadata | undefined
  /** Ends the call with an {@link AbortedError}. */
  readonly signal?: AbortSignal | undefined
  /** The most milliseconds that the call may take. Defaults to the provider's setting. */
  readonly timeout?: number | undefined
}
