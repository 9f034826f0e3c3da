import type { CallOptions } from './call-options.ts'
import type { RawResponse } from './completion.ts'
import type { ImagePart, TextPart } from './message.ts'

/** Content to judge. */
export interface ModerationRequest extends CallOptions {
  readonly model: string
  readonly input: readonly (string | TextPart | ImagePart)[]
}

/** What the host's policy says of one input. */
export interface ModerationResult {
  readonly flagged: boolean
  /** From 0 to 1, keyed by the host's category names. */
  readonly scores: Readonly<Record<string, number>>
  /** The categories that it is flagged for. */
  readonly categories: readonly string[]
}

/** The judgements, in the order in which the host gives them. */
export interface Moderation {
  readonly provider: string
  readonly model: string
  readonly results: readonly ModerationResult[]
  /** Whether a cache had the answer, where it was asked. On a `hit` no host was called. */
  readonly cache?: 'hit' | 'miss'
  readonly response: RawResponse
}
