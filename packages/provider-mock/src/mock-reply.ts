import {
  checkSettings,
  ConfigurationError,
  isRecord,
  type AssistantPart,
  type CompletionRequest,
  type FinishReason,
  type JsonObject,
  type SettingsSpec,
  type SourcePart,
  type ToolCallPart,
  type Usage,
  type Warning,
} from '@llm/core'
import { isFailure, type Failure } from './errors.ts'
import { checkPace, type Pace } from './mock-pace.ts'

/** A tool call to answer with. */
export interface ScriptedToolCall {
  readonly name: string
  /** Data, or the text that the model writes, which need not be JSON. Defaults to `{}`. */
  readonly arguments?: JsonObject | string | undefined
  /** Defaults to one that no other call of this mock has. */
  readonly id?: string | undefined
}

/** The counts of a usage that the mock should report. Without `source` it is `reported`. */
export type ScriptedUsage = Omit<Usage, 'source'> & Partial<Pick<Usage, 'source'>>

/** An answer in full. Its parts come in the order: reasoning, content, text, tool calls, sources. */
export interface ReplyObject {
  readonly text?: string | undefined
  readonly reasoning?: string | undefined
  readonly toolCalls?: readonly ScriptedToolCall[] | undefined
  readonly sources?: readonly Omit<SourcePart, 'type'>[] | undefined
  /** Parts of any type. */
  readonly content?: readonly AssistantPart[] | undefined
  /** Defaults to an estimate, marked as such. */
  readonly usage?: ScriptedUsage | undefined
  /** What the host says that it billed, in US dollars. Defaults to nothing said. */
  readonly cost?: number | undefined
  /** Defaults to what the content says: `tool-calls`, `length` where `maxTokens` cut it, else `stop`. */
  readonly finishReason?: FinishReason | undefined
  readonly rawFinishReason?: string | undefined
  /** Cuts the answer after so many tokens, as the output limit of a host does: its tool calls are then incomplete. */
  readonly maxTokens?: number | undefined
  /** The id of the answer. Defaults to `mock-1`, `mock-2` ... */
  readonly id?: string | undefined
  readonly requestId?: string | undefined
  /** The model that says it answered. Defaults to the one asked for. */
  readonly model?: string | undefined
  readonly warnings?: readonly Warning[] | undefined
  /** How long it takes until the answer begins, in milliseconds. Defaults to 0. */
  readonly delayMs?: number | undefined
  /** Instead of the mock's own pace. */
  readonly pace?: Pace | undefined
}

/** What a reply function is told besides the request. */
export interface ReplyContext {
  /** Which call it is, counted from 1. */
  readonly call: number
  /** Aborted when the call is. */
  readonly signal: AbortSignal
}

/** Makes a reply from the request. */
export type ReplyFunction = (request: CompletionRequest, context: ReplyContext) => Reply | Promise<Reply>

/**
 * What the mock answers: a text, parts, an answer in full, a failure, or a function that makes one of these.
 *
 * @example
 * ```ts
 * import type { Reply } from '@llm/provider-mock'
 *
 * const replies: Reply[] = [
 *   'Hello!',
 *   [{ type: 'text', text: 'Hello!' }],
 *   { reasoning: 'They greet me.', text: 'Hello!', usage: { inputTokens: 10, outputTokens: 5 } },
 *   request => `You said ${request.messages.length} things.`,
 * ]
 * ```
 */
export type Reply = string | readonly AssistantPart[] | ReplyObject | Failure | ReplyFunction

const SPEC: SettingsSpec<ReplyObject> = {
  text: { type: 'string' },
  reasoning: { type: 'string' },
  toolCalls: { type: 'array' },
  sources: { type: 'array' },
  content: { type: 'array' },
  usage: { type: 'record' },
  cost: { type: 'number' },
  finishReason: { type: 'string' },
  rawFinishReason: { type: 'string' },
  maxTokens: { type: 'number' },
  id: { type: 'string' },
  requestId: { type: 'string' },
  model: { type: 'string' },
  warnings: { type: 'array' },
  delayMs: { type: 'number' },
  pace: { type: 'record' },
}

/**
 * A reply, once it is no function, as an answer in full or a failure.
 *
 * @throws {@link ConfigurationError} for what is no reply.
 */
export function readReply(reply: Exclude<Reply, ReplyFunction>): ReplyObject | Failure {
  if (typeof reply === 'string') return { text: reply }
  if (Array.isArray(reply)) return { content: reply as readonly AssistantPart[] }
  if (isFailure(reply)) return reply
  if (!isRecord(reply)) {
    throw new ConfigurationError({
      message: `A reply of the mock is ${reply === null ? 'null' : typeof reply}.`,
      hint: 'A reply is a text, a list of parts, an object such as { text }, a failure, or a function that returns one.',
    })
  }
  const { pace } = checkSettings('a reply', reply as ReplyObject, SPEC)
  if (pace !== undefined) checkPace(pace)
  return reply
}

/** The parts of an answer in full, in order. `id` makes the ids of its tool calls unique. */
export function replyParts(reply: ReplyObject, id: string): readonly (AssistantPart | WrittenToolCall)[] {
  const { reasoning = '', content = [], text = '', toolCalls = [], sources = [] } = reply
  return [
    ...(reasoning === '' ? [] : [{ type: 'reasoning', text: reasoning } as const]),
    ...content,
    ...(text === '' ? [] : [{ type: 'text', text } as const]),
    ...toolCalls.map((call, index) => writeToolCall(call, `${id}-call-${String(index + 1)}`)),
    ...sources.map((source): SourcePart => ({ type: 'source', ...source })),
  ]
}

/** A tool call as the model writes it: its arguments are a text, good or not. */
export interface WrittenToolCall {
  readonly type: 'written-call'
  readonly id: string
  readonly name: string
  readonly text: string
  /** The part as it was scripted, where it was. */
  readonly part?: ToolCallPart | undefined
}

function writeToolCall({ name, arguments: args = {}, id }: ScriptedToolCall, fallback: string): WrittenToolCall {
  return {
    type: 'written-call',
    id: id ?? fallback,
    name,
    text: typeof args === 'string' ? args : JSON.stringify(args),
  }
}
