import type {
  AssistantMessage,
  ErrorDetails,
  FinishReason,
  HistoryRules,
  ParseContext,
  PreparedRequest,
  ReasoningOptions,
  SchemaDialect,
  Usage,
  UserPart,
  WebSearchOptions,
} from '@llm/core'
import type { ChatBody, ChatDelta, ChatUsage } from './wire.ts'

/** How one host's chat completions differ from the plain ones, as data and a few small functions. */
export interface ChatDialect<Options> {
  /** The name of the wire format. Defaults to `openai-chat`. */
  readonly protocol?: string
  /** What the output limit is called. Defaults to `max_completion_tokens`. */
  readonly maxTokensField?: 'max_completion_tokens' | 'max_tokens'
  /** The subset of JSON Schema that the host takes. Defaults to that of strict mode. */
  readonly schemaDialect?: SchemaDialect
  /** Whether `stream_options.include_usage` is understood. Defaults to true. */
  readonly streamUsage?: boolean
  /** Request fields, by our names, that the host refuses: they are dropped with a warning. */
  readonly unsupported?: readonly (keyof PreparedRequest<unknown>)[]
  /** Whether the host takes `topK`, as `top_k`, which is not of the plain API. */
  readonly topK?: boolean
  /** Where the model's reasoning is sent back, where the host wants it. */
  readonly reasoningField?: 'reasoning_content' | 'reasoning'
  /** The body's fields for reasoning. Defaults to `reasoning_effort`, with a warning for what that cannot say. */
  readonly renderReasoning?: (reasoning: ReasoningOptions, request: PreparedRequest<Options>) => object
  /**
   * The body's fields for a web search; `tools` among them are added to the functions. Defaults to `web_search_options`.
   * `false` where the host has no web search: to ask for one is an error.
   */
  readonly renderWebSearch?: false | ((webSearch: WebSearchOptions, request: PreparedRequest<Options>) => SearchFields)
  /** A part of a message that the host writes in its own way; `undefined` for the plain way. */
  readonly renderPart?: (part: UserPart) => object | undefined
  /** What the host demands of a history beyond the plain: a tool's result holds only text, where this does not say. */
  readonly history?: HistoryRules
  /** Last changes to an assistant's message. */
  readonly extendMessage?: (wire: Record<string, unknown>, message: AssistantMessage) => Record<string, unknown>
  /** Last changes to the body, such as the host's own options. */
  readonly extendBody?: (body: Record<string, unknown>, request: PreparedRequest<Options>) => Record<string, unknown>
  /** Makes what reads that which only this host sends. Each answer has its own, so it may keep what it has seen. */
  readonly createReader?: (context: ParseContext) => ChatReader
  /** Finish reasons that only this host has. */
  readonly finishReasons?: Readonly<Partial<Record<string, FinishReason>>>
  /** Reads usage in the host's own form. */
  readonly readUsage?: (usage: ChatUsage) => Usage
  /** What the call cost in US dollars, where the usage says it. */
  readonly readCost?: (usage: ChatUsage) => number | undefined
  /** Reads an error inside an answer in the host's own form. */
  readonly readError?: (error: unknown) => ErrorDetails
}

/** The fields of a body that ask for a web search. */
export interface SearchFields {
  /** Added to the functions. */
  readonly tools?: readonly object[]
  readonly [field: string]: unknown
}

/** Reads what only one host sends in an answer, whole or in pieces. */
export interface ChatReader {
  /** A message or a piece of one, after its reasoning and before its text are told. `id` is the answer's. */
  delta?(delta: ChatDelta, id: string): void
  /** A chunk or a whole body, after its message is told. */
  body?(body: ChatBody): void
  /** The answer is complete; its calls and its finish are told next. */
  end?(): void
}
