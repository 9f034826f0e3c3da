import {
  defined,
  LLMError,
  redact,
  type Completion,
  type Cost,
  type FileSearchResult,
  type FinishReason,
  type TranscriptionSegment,
  type Usage,
  type Warning,
} from '@llm/core'

/** What every answer says of itself. */
export interface AnswerInfo {
  readonly provider: string
  readonly model: string
  readonly usage: Usage
  /** In US dollars; absent where it is not known. */
  readonly cost?: Cost
  readonly warnings: readonly Warning[]
}

/** A page or a document that an answer cites. */
export interface AnswerSource {
  readonly url?: string
  readonly title?: string
  readonly fileId?: string
  readonly quote?: string
}

/** A text as an answer. */
export interface TextAnswer extends AnswerInfo {
  readonly kind: 'text'
  readonly text: string
  readonly reasoning: string
  readonly finishReason: FinishReason
  readonly sources: readonly AnswerSource[]
  readonly fileSearchResults?: readonly FileSearchResult[]
}

/** An object as an answer, checked against its schema. */
export interface ObjectAnswer<T = unknown> extends AnswerInfo {
  readonly kind: 'object'
  readonly object: T
}

/** Images as an answer: each a URL, or base64 text. */
export interface ImageAnswer extends AnswerInfo {
  readonly kind: 'image'
  readonly images: readonly { readonly mediaType?: string; readonly url?: string; readonly base64?: string }[]
}

/** Sound as an answer, as base64 text. */
export interface SpeechAnswer extends AnswerInfo {
  readonly kind: 'speech'
  readonly base64: string
  readonly mediaType: string
}

/** Sound that was written down. */
export interface TranscriptionAnswer extends AnswerInfo {
  readonly kind: 'transcription'
  readonly text: string
  readonly language?: string
  /** Length of the sound, in seconds. */
  readonly duration?: number
  /** Times are seconds from the start. */
  readonly segments: readonly TranscriptionSegment[]
}

/** A video as an answer, as base64 text. */
export interface VideoAnswer extends AnswerInfo {
  readonly kind: 'video'
  readonly base64: string
  readonly mediaType: string
}

/** Vectors as an answer, in the order of the texts. */
export interface EmbeddingAnswer extends AnswerInfo {
  readonly kind: 'embedding'
  readonly vectors: readonly (readonly number[])[]
}

/** Any answer, told apart by `kind`: plain data, without a type of anybody's SDK. */
export type Answer =
  TextAnswer | ObjectAnswer | ImageAnswer | SpeechAnswer | TranscriptionAnswer | VideoAnswer | EmbeddingAnswer

/** An answer, and the id under which the call was made. */
export interface ServiceResponse<A = Answer> {
  readonly response: A
  readonly requestId: string
}

/** An error as data. */
export interface ServiceError {
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly retryable: boolean
  /** How long to wait before the next try, in milliseconds, where the host says. */
  readonly retryAfterMs?: number
}

/** An answer, or the error that came instead; never an exception. */
export type ServiceResult<A = Answer> =
  | ({ readonly ok: true } & ServiceResponse<A>)
  | { readonly ok: false; readonly error: ServiceError; readonly requestId: string }

/** What a completion says, as data to hand on. */
export function textAnswer(completion: Completion): TextAnswer {
  const { text, reasoning, finishReason, sources, fileSearchResults } = completion
  return {
    kind: 'text',
    ...infoOf(completion),
    text,
    reasoning,
    finishReason,
    sources: sources.map(({ url, title, fileId, quote }) => defined({ url, title, fileId, quote })),
    ...(fileSearchResults === undefined ? {} : { fileSearchResults }),
  }
}

export function infoOf({
  provider,
  model,
  usage,
  cost,
  warnings,
}: Omit<AnswerInfo, 'cost'> & { readonly cost?: Cost }): AnswerInfo {
  return { provider, model, usage, ...(cost === undefined ? {} : { cost }), warnings }
}

/** Any error as data. What is not of this library is told by its message alone. */
export function errorOf(error: unknown): ServiceError {
  if (!LLMError.is(error))
    return {
      code: 'unknown',
      message: redact(error instanceof Error ? error.message : String(error)),
      retryable: false,
    }
  const { code, message, hint, retryable } = error
  const { retryAfterMs } = error as { readonly retryAfterMs?: number }
  return { code, message, retryable, ...defined({ hint, retryAfterMs }) }
}
