import type {
  AssistantPart,
  CompletionRequest,
  JsonObject,
  Message,
  ReasoningOptions,
  ToolResultPart,
  UserPart,
} from '@llm/core'
import type { Exchange } from './cassette.ts'

type Fields = Readonly<Record<string, unknown>>

interface Text {
  readonly type: string
  readonly text: string
  readonly annotations?: readonly { readonly url?: string }[]
}

interface Item extends Fields {
  readonly type: string
  readonly content?: readonly Text[]
  readonly summary?: readonly Text[]
}

/** What a recorded answer of the responses API says, whole or streamed, worked out by the format's rules and not by the library. */
export interface ResponsesRecording {
  readonly text: string
  readonly reasoning: string
  /** The reasoning that can be read by the host only, an item each. */
  readonly encrypted: readonly unknown[]
  readonly calls: readonly { readonly id: unknown; readonly name: unknown; readonly arguments: unknown }[]
  readonly finishReason: 'stop' | 'tool-calls'
  /** The addresses that the answer cites. */
  readonly sources: readonly string[]
  readonly usage: Fields & { readonly input_tokens_details: Fields; readonly output_tokens_details: Fields }
}

/**
 * What a recorded answer of the responses API says: the expectation of a test. It must be a complete one.
 *
 * @throws an Error for a stream that does not end.
 * @example
 * ```ts
 * import { readResponsesRecording, type Exchange } from '@llm/testing'
 *
 * declare const exchange: Exchange
 *
 * readResponsesRecording(exchange).text
 * ```
 */
export function readResponsesRecording(exchange: Exchange): ResponsesRecording {
  const { output, usage } = responseOf(exchange)
  const of = (type: string): readonly Item[] => output.filter(item => item.type === type)
  const texts = of('message').flatMap(({ content = [] }) => content)
  const calls = of('function_call').map(call => ({
    id: call['call_id'],
    name: call['name'],
    arguments: JSON.parse(String(call['arguments'])) as unknown,
  }))
  return {
    text: texts.map(({ text }) => text).join(''),
    reasoning: of('reasoning')
      .map(({ summary = [], content = [] }) => [...summary, ...content].map(({ text }) => text).join('\n\n'))
      .join(''),
    encrypted: output.flatMap(({ encrypted_content: encrypted }) => (encrypted == null ? [] : [encrypted])),
    calls,
    finishReason: calls.length > 0 ? 'tool-calls' : 'stop',
    sources: texts.flatMap(({ annotations = [] }) => annotations.flatMap(({ url }) => url ?? [])),
    usage,
  }
}

/** A whole response, or the items of a stream, which some hosts encrypt anew in its last event, and its usage. */
function responseOf({ response }: Exchange): {
  readonly output: readonly Item[]
  readonly usage: ResponsesRecording['usage']
} {
  if (response.sse === undefined) return response.json as ReturnType<typeof responseOf>
  const lines = response.sse.split('\n').filter(line => line.startsWith('data: {'))
  const events = lines.map(line => JSON.parse(line.slice('data: '.length)) as Fields)
  const last = events.find(event => event['type'] === 'response.completed')
  if (last === undefined) throw new Error('The recording does not end.')
  const done = events.filter(event => event['type'] === 'response.output_item.done')
  return { output: done.map(event => event['item'] as Item), usage: (last['response'] as Fields)['usage'] as never }
}

/**
 * The request that a recorded body of the responses API stands for, in this library's types: what every host of the format
 * shares. What only one host has is the test's own to add. `protocol` is that of the host's reasoning.
 *
 * @example
 * ```ts
 * import { responsesRequestOf } from '@llm/testing'
 *
 * responsesRequestOf({ model: 'some-model', input: [{ role: 'user', content: 'Hi' }], temperature: 0 }).temperature // 0
 * ```
 */
export function responsesRequestOf(body: unknown, protocol: string = 'openai-responses'): CompletionRequest {
  const fields = body as Fields & { readonly model: string; readonly input: readonly Item[] }
  const { instructions, reasoning, tool_choice: choice } = fields
  const tools = (fields['tools'] ?? []) as readonly (Fields & { readonly name: string })[]
  return {
    model: fields.model,
    messages: [
      ...(typeof instructions === 'string' ? [{ role: 'system', content: instructions } as const] : []),
      ...merged(fields.input.map(item => readItem(item, protocol))),
    ],
    temperature: fields['temperature'] as number | undefined,
    parallelToolCalls: fields['parallel_tool_calls'] as boolean | undefined,
    ...(reasoning !== undefined && { reasoning: reasoning as ReasoningOptions }),
    output: readFormat((fields['text'] as Fields | undefined)?.['format'] as Fields | undefined),
    webSearch: tools.some(({ type }) => type === 'web_search'),
    tools: tools
      .filter(({ type }) => type === 'function')
      .map(({ name, description, parameters, strict }) => ({
        name,
        description: description as string,
        parameters: parameters as JsonObject,
        strict: strict as boolean,
      })),
    toolChoice: (typeof choice === 'object' ? { name: String((choice as Fields)['name']) } : choice) as never,
  }
}

function readFormat(format: Fields | undefined): CompletionRequest['output'] {
  if (format === undefined) return undefined
  if (format['type'] === 'json_object') return 'json'
  return { ...(format['schema'] as JsonObject), title: String(format['name']) }
}

function readItem(item: Item, protocol: string): Message {
  const { type, role, content } = item
  if (role === 'user') return { role, content: readContent(content) }
  if (type !== 'function_call_output') return { role: 'assistant', content: readAnswer(item, protocol) }
  const toolCallId = String(item['call_id'])
  const result: ToolResultPart = { type: 'tool-result', toolCallId, content: readContent(item['output']) }
  return { role: 'tool', content: [result] }
}

function readContent(content: unknown): string | UserPart[] {
  return typeof content === 'string' ? content : (content as Fields[]).map(readPart)
}

function readPart({ type, text, image_url: image, file_id: fileId, file_data: data, filename }: Fields): UserPart {
  if (type === 'input_text') return { type: 'text', text: String(text) }
  if (type === 'input_image') return { type: 'image', source: { url: String(image) } }
  if (typeof fileId === 'string') return { type: 'file', source: { fileId } }
  return { type: 'file', source: { url: String(data) }, filename: String(filename) }
}

function readAnswer({ content = [], summary = [], ...item }: Item, protocol: string): readonly AssistantPart[] {
  const { type, ...rest } = item
  if (type === 'function_call') {
    const args = JSON.parse(String(item['arguments'])) as JsonObject
    return [{ type: 'tool-call', id: String(item['call_id']), name: String(item['name']), arguments: args }]
  }
  if (type === 'reasoning') {
    const text = summary.map(part => part.text).join('')
    return [{ type, text, state: { protocol, data: rest as JsonObject } }]
  }
  if (type === 'web_search_call') {
    const state = { protocol, data: item as JsonObject }
    const call = { type: 'tool-call', id: String(item['id']), name: 'web_search', arguments: {} } as const
    return [{ ...call, providerExecuted: true, state }]
  }
  return content.map(({ text }) => ({ type: 'text', text }))
}

/** Items of one turn are one message here. */
function merged(messages: readonly Message[]): readonly Message[] {
  return messages.reduce<Message[]>((all, message) => {
    const last = all.at(-1)
    if (last === undefined || last.role !== message.role || message.role === 'user') return [...all, message]
    return [...all.slice(0, -1), { ...last, content: [...last.content, ...message.content] } as Message]
  }, [])
}
