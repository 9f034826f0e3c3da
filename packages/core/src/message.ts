import type { FileSearchResult } from './file-search.ts'
import type { JsonObject, JsonValue } from './json.ts'

/**
 * What a host must get back unchanged with a part in a later turn: a reasoning signature, a thought signature, an item
 * id. It is opaque to everyone but the codec that wrote it, survives JSON, and is sent only to hosts of the same
 * protocol running the same family.
 */
export interface PartState {
  /** The model family it belongs to; absent when the provider was called without a client. */
  readonly family?: string
  /** The wire protocol it belongs to, such as a provider's {@link Provider.protocol}. */
  readonly protocol: string
  readonly data: JsonValue
}

/** Where the bytes of an image, an audio clip or a file are: a URL (`https:` or `data:`), base64 text, or an upload. */
export type MediaSource =
  | { readonly url: string; readonly mediaType?: string | undefined }
  | { readonly base64: string; readonly mediaType: string }
  | { readonly fileId: string; readonly mediaType?: string | undefined }

/** Text, written by the user or the model. */
export interface TextPart {
  readonly type: 'text'
  readonly text: string
  readonly state?: PartState | undefined
}

/**
 * An image for the model to see, or one that it made.
 *
 * @example
 * ```ts
 * import type { ImagePart } from '@llm/core'
 *
 * const image: ImagePart = { type: 'image', source: { url: 'https://example.com/cat.png' } }
 * ```
 */
export interface ImagePart {
  readonly type: 'image'
  readonly source: MediaSource
  /** How closely to look, where the model offers a choice. */
  readonly detail?: 'low' | 'high' | 'auto' | undefined
  readonly state?: PartState | undefined
}

/** Sound for the model to hear, or that it spoke. */
export interface AudioPart {
  readonly type: 'audio'
  readonly source: MediaSource
  /** What is said in it, where known. */
  readonly transcript?: string | undefined
  readonly state?: PartState | undefined
}

/** Any other file: a PDF, a document, a video. */
export interface FilePart {
  readonly type: 'file'
  readonly source: MediaSource
  readonly filename?: string | undefined
  readonly state?: PartState | undefined
}

/** What the model thought before it answered. The text is empty where the host keeps it secret and gives only state. */
export interface ReasoningPart {
  readonly type: 'reasoning'
  readonly text: string
  readonly state?: PartState | undefined
}

/** The model asks for a tool to be run. */
export interface ToolCallPart {
  readonly type: 'tool-call'
  /** Pairs the call with its result. Unique within a conversation. */
  readonly id: string
  readonly name: string
  /** The parsed arguments; `{}` for a tool without parameters, and where `status` says that they are not usable. */
  readonly arguments: JsonObject
  /**
   * Absent on a good call. `incomplete`: the answer was cut (output limit, broken stream) before the arguments ended.
   * `invalid`: the model finished, but wrote something other than a JSON object. Neither may be executed.
   */
  readonly status?: 'incomplete' | 'invalid' | undefined
  /** What the model wrote, kept where `status` is set. */
  readonly argumentsText?: string | undefined
  /** The host runs this tool itself (web search, code execution); there is nothing for the caller to run. */
  readonly providerExecuted?: boolean | undefined
  readonly state?: PartState | undefined
}

/** What a tool gave back. */
export interface ToolResultPart {
  readonly type: 'tool-result'
  readonly toolCallId: string
  /** The tool's name. Hosts that pair by name look it up from the call where it is absent. */
  readonly name?: string | undefined
  readonly content: string | readonly (TextPart | ImagePart | AudioPart | FilePart)[]
  /** The tool failed, and `content` says how. */
  readonly isError?: boolean | undefined
  readonly providerExecuted?: boolean | undefined
  /** What a search of files by the host found, one by one. */
  readonly fileSearchResults?: readonly FileSearchResult[] | undefined
  readonly state?: PartState | undefined
}

/** Where something in the answer comes from: a web page or a document. */
export interface SourcePart {
  readonly type: 'source'
  readonly id?: string | undefined
  readonly url?: string | undefined
  readonly title?: string | undefined
  readonly fileId?: string | undefined
  readonly filename?: string | undefined
  /** The cited passage, as the host quotes it. */
  readonly quote?: string | undefined
  /** The first and the one-past-last character of the answer's text that this source supports. */
  readonly start?: number | undefined
  readonly end?: number | undefined
  readonly state?: PartState | undefined
}

/** What a user message may hold. */
export type UserPart = TextPart | ImagePart | AudioPart | FilePart

/** What an assistant message, and so an answer, may hold. */
export type AssistantPart =
  TextPart | ReasoningPart | ToolCallPart | ToolResultPart | ImagePart | AudioPart | FilePart | SourcePart

/** Any part of any message, told apart by `type`. */
export type Part = AssistantPart

/** Instructions that stand above the conversation. */
export interface SystemMessage {
  readonly role: 'system'
  readonly content: string | readonly TextPart[]
}

/** What the user says and shows. */
export interface UserMessage {
  readonly role: 'user'
  readonly content: string | readonly UserPart[]
}

/** What the model answered. Append {@link Completion.message} to go on with a conversation. */
export interface AssistantMessage {
  readonly role: 'assistant'
  readonly content: string | readonly AssistantPart[]
}

/** The results of the tool calls of the assistant message before it. */
export interface ToolMessage {
  readonly role: 'tool'
  readonly content: readonly ToolResultPart[]
}

/**
 * One turn of a conversation. Messages are plain data: they survive `JSON.parse(JSON.stringify(messages))`.
 *
 * @example
 * ```ts
 * import type { Message } from '@llm/core'
 *
 * const messages: Message[] = [
 *   { role: 'system', content: 'Answer in one word.' },
 *   { role: 'user', content: 'Which planet is red?' },
 * ]
 * ```
 */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage

/**
 * A message's content as parts, whichever form it was written in. Empty text gives no part.
 *
 * @example
 * ```ts
 * import { contentParts } from '@llm/core'
 *
 * contentParts('hi') // [{ type: 'text', text: 'hi' }]
 * ```
 */
export function contentParts<P extends { readonly type: string }>(
  content: string | readonly P[],
): readonly (P | TextPart)[] {
  if (typeof content !== 'string') return content
  return content === '' ? [] : [{ type: 'text', text: content }]
}

/**
 * All text of a message's content, joined.
 *
 * @example
 * ```ts
 * import { contentText } from '@llm/core'
 *
 * contentText([
 *   { type: 'text', text: 'It is ' },
 *   { type: 'reasoning', text: 'The red one ...' },
 *   { type: 'text', text: 'Mars.' },
 * ]) // 'It is Mars.'
 * ```
 */
export function contentText(content: string | readonly Part[]): string {
  if (typeof content === 'string') return content
  return content.map(part => (part.type === 'text' ? part.text : '')).join('')
}
