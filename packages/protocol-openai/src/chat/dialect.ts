import type { ParseContext, PreparedRequest, Usage } from '@llm/core'
import type { ChatBody, ChatDelta } from './wire.ts'

/** How one host's chat completions differ from the plain ones, as data and a few small functions. */
export interface ChatDialect<Options> {
  /** The name of the wire format. Defaults to `openai-chat`. */
  readonly protocol?: string
  /** What the output limit is called. Defaults to `max_completion_tokens`. */
  readonly maxTokensField?: 'max_completion_tokens' | 'max_tokens'
  /** Whether `stream_options.include_usage` is understood. Defaults to true. */
  readonly streamUsage?: boolean
  /** Request fields, by our names, that the host refuses: they are dropped with a warning. */
  readonly unsupported?: readonly (keyof PreparedRequest<unknown>)[]
  /** Whether the host takes `topK`, which is not of the plain API: its dialect puts it into the body. */
  readonly topK?: boolean
  /** Where the model's reasoning is sent back, where the host wants it. */
  readonly reasoningField?: 'reasoning_content' | 'reasoning'
  /** Last changes to the body, such as the host's own options. */
  extendBody?(body: Record<string, unknown>, request: PreparedRequest<Options>): Record<string, unknown>
  /** Reads what only this host sends in a message or a piece of one. */
  readDelta?(delta: ChatDelta, context: ParseContext): void
  /** Reads what only this host sends in a chunk or a body. */
  readBody?(body: ChatBody, context: ParseContext): void
  /** Finish reasons that only this host has. */
  readonly finishReasons?: Readonly<
    Partial<Record<string, 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'error' | 'other'>>
  >
  /** Reads usage in the host's own form. */
  readUsage?(usage: NonNullable<ChatBody['usage']>): Usage
}
