import type { JsonValue } from '@llm/core'

/** The parts of Bedrock's answers that are read, as loosely as they are sent. */
export interface ConverseBody extends ConverseMetadata {
  readonly output?: { readonly message?: { readonly content?: readonly WireBlock[] | null } | null } | null
  readonly stopReason?: string | null
}

/** What a stream sends at its end, and what a whole answer has beside the message. */
export interface ConverseMetadata {
  readonly usage?: Partial<Readonly<Record<TokenCount, number | null>>> | null
  readonly metrics?: unknown
  readonly trace?: {
    readonly guardrail?: { readonly actionReason?: string | null } | null
    readonly promptRouter?: { readonly invokedModelId?: string | null } | null
  } | null
  readonly performanceConfig?: unknown
  readonly serviceTier?: unknown
}

type TokenCount = 'inputTokens' | 'outputTokens' | 'totalTokens' | 'cacheReadInputTokens' | 'cacheWriteInputTokens'

/** A message of a stream: which of the fields are there depends on the event. */
export interface WireEvent extends ConverseMetadata {
  readonly contentBlockIndex?: number
  readonly start?: WireStart
  readonly delta?: WireDelta
  readonly stopReason?: string
}

/** How a block of a stream begins. Text and reasoning begin with their first delta. */
export type WireStart = Pick<WireBlock, 'toolUse' | 'toolResult' | 'image' | 'audio'>

/** More of a block of a stream. */
export interface WireDelta extends Pick<WireBlock, 'text' | 'image' | 'audio'> {
  readonly reasoningContent?: Partial<Readonly<Record<'text' | 'signature' | 'redactedContent', string>>>
  readonly citation?: WireCitation
  readonly toolUse?: { readonly input?: string }
  readonly toolResult?: readonly WireResultContent[]
}

/** A block of a whole answer: one of these is there. */
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
  readonly toolUse?: {
    readonly toolUseId?: string
    readonly name?: string
    /** `server_tool_use` where Bedrock runs the tool itself. */
    readonly type?: string
    readonly input?: unknown
  }
  readonly toolResult?: {
    readonly toolUseId?: string
    readonly type?: string
    readonly status?: string
    readonly content?: readonly WireResultContent[]
  }
  readonly image?: WireMedia
  readonly audio?: WireMedia
}

/** A text, or a value as JSON. */
export type WireResultContent = { readonly text?: string; readonly json?: JsonValue }

export interface WireMedia {
  readonly format?: string
  readonly source?: { readonly bytes?: string; readonly s3Location?: { readonly uri?: string } }
}

export interface WireCitation {
  readonly title?: string
  /** The source of a search result, often a URL. */
  readonly source?: string
  readonly sourceContent?: readonly { readonly text?: string }[]
  readonly location?: { readonly web?: { readonly url?: string } }
}
