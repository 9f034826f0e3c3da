/** What is read of a response, of its items, and of the events that build it. */
export interface ResponseBody {
  readonly id?: string | null
  readonly model?: string | null
  readonly status?: string | null
  readonly output?: readonly ResponseItem[] | null
  readonly usage?: ResponseUsage | null
  readonly error?: unknown
  readonly incomplete_details?: { readonly reason?: string | null } | null
  readonly [key: string]: unknown
}

/** One thing in the output: a message, reasoning, a call, an image. */
export interface ResponseItem {
  readonly type: string
  readonly id?: string | null
  readonly status?: string | null
  readonly phase?: string | null
  /** Of messages and of reasoning. */
  readonly content?: readonly ResponseContent[] | null
  readonly summary?: readonly { readonly text?: string | null }[] | null
  readonly encrypted_content?: string | null
  /** Of calls. */
  readonly call_id?: string | null
  readonly name?: string | null
  readonly arguments?: string | null
  readonly input?: string | null
  /** Of generated images: base64. */
  readonly result?: string | null
  readonly output_format?: string | null
  readonly [key: string]: unknown
}

/** A part of a message, or of reasoning. */
export interface ResponseContent {
  readonly type?: string
  readonly text?: string | null
  readonly refusal?: string | null
  readonly annotations?: readonly ResponseAnnotation[] | null
}

/** What a text cites. */
export interface ResponseAnnotation {
  readonly type?: string
  readonly url?: string
  readonly title?: string
  readonly start_index?: number
  readonly end_index?: number
  readonly file_id?: string
  readonly filename?: string
}

/** What a call took, in tokens. Hosts add counts of their own. */
export interface ResponseUsage {
  readonly input_tokens?: number | null
  readonly output_tokens?: number | null
  readonly total_tokens?: number | null
  readonly input_tokens_details?: Readonly<Record<string, unknown>> | null
  readonly input_token_details?: Readonly<Record<string, unknown>> | null
  readonly output_tokens_details?: Readonly<Record<string, unknown>> | null
  readonly [key: string]: unknown
}

/** An event of the stream; which fields it has depends on its type. */
export interface ResponseEvent {
  readonly type?: string
  readonly response?: ResponseBody
  readonly item?: ResponseItem
  readonly item_id?: string
  readonly output_index?: number
  readonly content_index?: number
  readonly summary_index?: number
  readonly annotation?: ResponseAnnotation
  readonly delta?: string
  readonly error?: unknown
}
