/** What is read of a chunk or a whole answer. Every field may be missing: hosts of this API differ. */
export interface ChatBody {
  readonly id?: string | null
  readonly model?: string | null
  readonly choices?: readonly ChatChoice[] | null
  readonly usage?: ChatUsage | null
  readonly error?: unknown
  readonly [key: string]: unknown
}

/** One answer of those that were asked for, or a chunk of it. */
export interface ChatChoice {
  readonly index?: number | null
  readonly delta?: ChatDelta | null
  readonly message?: ChatDelta | null
  readonly finish_reason?: string | null
  /** Some hosts put these here. */
  readonly usage?: ChatUsage | null
  readonly error?: unknown
}

/** A whole message, or a piece of one. */
export interface ChatDelta {
  readonly content?: string | readonly ChatContent[] | null
  readonly refusal?: string | null
  readonly reasoning_content?: string | null
  readonly reasoning?: string | null
  readonly tool_calls?: readonly ChatToolCall[] | null
  readonly annotations?: readonly ChatAnnotation[] | null
  readonly audio?: ChatAudio | null
  readonly [key: string]: unknown
}

/** A part of a content that is a list. */
export interface ChatContent {
  readonly type?: string
  readonly text?: string | null
  /** Some hosts put reasoning here. */
  readonly thinking?: string | readonly { readonly text?: string | null }[] | null
  readonly [key: string]: unknown
}

/** A call of a function, or of a tool that takes a text; in a stream a piece of one. */
export interface ChatToolCall {
  readonly index?: number | null
  readonly id?: string | null
  readonly function?: { readonly name?: string | null; readonly arguments?: unknown } | null
  readonly custom?: { readonly name?: string | null; readonly input?: string | null } | null
}

/** What an answer cites. */
export interface ChatAnnotation {
  readonly [key: string]: unknown
  readonly type?: string
  readonly url_citation?: {
    readonly url?: string
    readonly title?: string
    readonly start_index?: number
    readonly end_index?: number
    readonly content?: string
  }
}

/** Sound in an answer, and what is said in it. */
export interface ChatAudio {
  readonly id?: string | null
  readonly data?: string | null
  readonly transcript?: string | null
}

/** What a call took, in tokens. Hosts add counts of their own. */
export interface ChatUsage {
  readonly prompt_tokens?: number | null
  readonly completion_tokens?: number | null
  readonly total_tokens?: number | null
  readonly prompt_tokens_details?: Readonly<Record<string, unknown>> | null
  readonly completion_tokens_details?: Readonly<Record<string, unknown>> | null
  readonly [key: string]: unknown
}
