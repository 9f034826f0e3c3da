/** The parts of Bedrock's answers that are read, as loosely as they are sent. */
export interface ConverseBody extends ConverseMetadata {
  readonly output?: { readonly message?: { readonly content?: readonly WireBlock[] | null } | null } | null
  readonly stopReason?: string | null
}

/** What a stream sends at its end, and what a whole answer has beside the message. */
export interface ConverseMetadata {
  readonly usage?: WireUsage | null
  readonly metrics?: unknown
  readonly trace?: {
    readonly guardrail?: { readonly actionReason?: string | null } | null
    readonly promptRouter?: { readonly invokedModelId?: string | null } | null
  } | null
  readonly performanceConfig?: unknown
  readonly serviceTier?: unknown
}

export interface WireUsage {
  readonly inputTokens?: number | null
  readonly outputTokens?: number | null
  readonly totalTokens?: number | null
  readonly cacheReadInputTokens?: number | null
  readonly cacheWriteInputTokens?: number | null
}

/** A block of a whole answer: exactly one of these is there. */
export interface WireBlock {
  readonly text?: string
  readonly reasoningContent?: {
    readonly reasoningText?: { readonly text?: string; readonly signature?: string }
    readonly redactedContent?: string
  }
  readonly citationsContent?: {
    readonly content?: readonly { readonly text?: string }[]
    readonly citations?: readonly WireCitation[]
  }
  readonly toolUse?: WireToolUse & { readonly input?: unknown }
  readonly toolResult?: WireToolResult & { readonly content?: readonly WireResultContent[] }
  readonly image?: WireMedia
  readonly audio?: WireMedia
}

export interface WireToolUse {
  readonly toolUseId?: string
  readonly name?: string
  /** `server_tool_use` where Bedrock runs the tool itself. */
  readonly type?: string
}

export interface WireToolResult {
  readonly toolUseId?: string
  readonly type?: string
  readonly status?: string
}

export interface WireResultContent {
  readonly text?: string
  readonly json?: unknown
}

export interface WireMedia {
  readonly format?: string
  readonly source?: WireSource
}

export interface WireSource {
  readonly bytes?: string
  readonly s3Location?: { readonly uri?: string }
}

export interface WireCitation {
  readonly title?: string
  /** The source of a search result, often a URL. */
  readonly source?: string
  readonly sourceContent?: readonly { readonly text?: string }[]
  readonly location?: { readonly web?: { readonly url?: string } }
}

/** How a block of a stream begins. Text and reasoning begin with their first delta. */
export interface WireStart {
  readonly toolUse?: WireToolUse
  readonly toolResult?: WireToolResult
  readonly image?: WireMedia
  readonly audio?: WireMedia
}

export interface WireDelta {
  readonly text?: string
  readonly reasoningContent?: {
    readonly text?: string
    readonly signature?: string
    readonly redactedContent?: string
  }
  readonly citation?: WireCitation
  readonly toolUse?: { readonly input?: string }
  readonly toolResult?: readonly WireResultContent[]
  readonly image?: WireMedia
  readonly audio?: WireMedia
}

/** A message of a stream: which of the fields are there depends on the event. */
export interface WireEvent extends ConverseMetadata {
  readonly contentBlockIndex?: number
  readonly start?: WireStart
  readonly delta?: WireDelta
  readonly stopReason?: string
}
