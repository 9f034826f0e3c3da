import type { CallOptions } from './call-options.ts'
import type { RawResponse } from './completion.ts'
import type { Usage } from './usage.ts'

/** Documents to order by how well they answer a query. */
export interface RerankRequest extends CallOptions {
  readonly model: string
  readonly query: string
  readonly documents: readonly string[]
  /** How many to give back. Defaults to all. */
  readonly topN?: number | undefined
}

/** The best documents first. */
export interface Reranking {
  readonly provider: string
  readonly model: string
  readonly results: readonly { readonly index: number; readonly score: number }[]
  readonly usage: Usage
  /** Whether a cache had the answer, where it was asked. On a `hit` no host was called. */
  readonly cache?: 'hit' | 'miss'
  readonly response: RawResponse
}
