import type { CallOptions } from '../call-options.ts'
import type { RawResponse } from '../completion.ts'
import type { MediaSource } from '../message.ts'
import type { Usage } from '../usage.ts'
import type { Warning } from '../warning.ts'

/** Sound to write down. */
export interface TranscriptionRequest extends CallOptions {
  readonly model: string
  readonly audio: MediaSource
  readonly filename?: string | undefined
  /** A language tag, such as `en`, where it is known. */
  readonly language?: string | undefined
  /** Words and style to expect. */
  readonly prompt?: string | undefined
  /** How freely to guess at what is hard to hear: 0 takes the likeliest. */
  readonly temperature?: number | undefined
  /** Also give times, for each segment or word. */
  readonly timestamps?: 'segment' | 'word' | undefined
  /** Also tell speakers apart. */
  readonly speakers?: boolean | undefined
}

/** A stretch of a transcription. Times are seconds from the start. */
export interface TranscriptionSegment {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly speaker?: string
}

/** What was said. */
export interface Transcription {
  readonly provider: string
  readonly model: string
  readonly text: string
  readonly language?: string
  /** Length of the sound, in seconds. */
  readonly duration?: number
  readonly segments: readonly TranscriptionSegment[]
  readonly usage: Usage
  readonly warnings: readonly Warning[]
  /** Whether a cache had the answer, where it was asked. On a `hit` no host was called. */
  readonly cache?: 'hit' | 'miss'
  readonly response: RawResponse
}

/** A piece of a transcription as it is written down; the last one has all of it. */
export type TranscriptionEvent =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'segment'; readonly segment: TranscriptionSegment }
  | { readonly type: 'finish'; readonly transcription: Transcription }
