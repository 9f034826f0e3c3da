import type { CallOptions } from '../call-options.ts'
import type { RawResponse } from '../completion.ts'
import type { Usage } from '../usage.ts'
import type { Warning } from '../warning.ts'

/** A text to speak. */
export interface SpeechRequest extends CallOptions {
  readonly model: string
  readonly text: string
  readonly voice?: string | undefined
  /** The file format, such as `mp3` or `wav`. Defaults to the host's. */
  readonly format?: string | undefined
  /** How to speak, on models that take instructions. */
  readonly instructions?: string | undefined
  /** 1 is normal. */
  readonly speed?: number | undefined
  /** A language tag, such as `en`. */
  readonly language?: string | undefined
}

/** Spoken text. */
export interface Speech {
  readonly provider: string
  readonly model: string
  readonly audio: Uint8Array
  readonly mediaType: string
  readonly usage: Usage
  readonly warnings: readonly Warning[]
  /** Whether a cache had the answer, where it was asked. On a `hit` no host was called. */
  readonly cache?: 'hit' | 'miss'
  readonly response: RawResponse
}
