import type { JsonObject } from '@llm/core'

/** What is read of a message, of its content blocks, and of the events that build it. */
export interface MessageBody {
  readonly type?: string | null
  readonly id?: string | null
  readonly model?: string | null
  readonly content?: readonly Block[] | null
  readonly stop_reason?: string | null
  readonly stop_details?: StopDetails | null
  readonly usage?: WireUsage | null
}

/** A content block. Which fields it has depends on its type; those of types that are not known go back as they came. */
export interface Block {
  readonly type: string
  readonly [field: string]: unknown
}

interface StopDetails {
  readonly category?: string | null
  readonly explanation?: string | null
}

/** What an answer refers to: a passage of a document, of a web page or of a search result. */
export interface Citation extends JsonObject {
  readonly type?: string
  readonly cited_text?: string
  readonly url?: string
  readonly source?: string
  readonly title?: string | null
  readonly document_title?: string | null
  readonly file_id?: string | null
}

export interface WireUsage {
  readonly input_tokens?: number | null
  readonly output_tokens?: number | null
  readonly cache_read_input_tokens?: number | null
  readonly cache_creation_input_tokens?: number | null
  readonly output_tokens_details?: { readonly thinking_tokens?: number | null } | null
  /** One entry for each pass over the model, where there was more than one. */
  readonly iterations?: readonly (WireUsage & { readonly type?: string })[] | null
  readonly [field: string]: unknown
}

/** A piece of a block. */
export interface BlockDelta {
  readonly type?: string
  readonly text?: string
  readonly thinking?: string
  readonly signature?: string
  readonly partial_json?: string
  readonly citation?: Citation
  readonly [field: string]: unknown
}

/** An event of the stream; which fields it has depends on its type. */
export interface MessageEvent {
  readonly type?: string
  readonly index?: number
  readonly message?: MessageBody
  readonly content_block?: Block
  readonly delta?: BlockDelta & Pick<MessageBody, 'stop_reason' | 'stop_details'>
  readonly usage?: WireUsage | null
  readonly error?: unknown
}
