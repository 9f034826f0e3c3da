import type { CallOptions } from './call-options.ts'
import type { RawResponse } from './completion.ts'
import type { Usage } from './usage.ts'
import type { Warning } from './warning.ts'

/** Texts to turn into vectors. */
export interface EmbeddingRequest extends CallOptions {
  readonly model: string
  readonly input: readonly string[]
  /** Shorter vectors, on models that can cut them. */
  readonly dimensions?: number | undefined
  /** What the vectors are for, on models that tell apart. */
  readonly task?: 'query' | 'document' | 'similarity' | 'classification' | 'clustering' | undefined
}

/** A vector for each input, in order. */
export interface Embedding {
  readonly provider: string
  readonly model: string
  readonly vectors: readonly Float32Array[]
  /** Whether a cache had all vectors, where it was asked. On a `hit` no host was called. */
  readonly cache?: 'hit' | 'miss'
  readonly usage: Usage
  readonly warnings: readonly Warning[]
  readonly response: RawResponse
}
