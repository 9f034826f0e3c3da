import type { AssistantPart, CompletionRequest, JsonObject, Message, ToolDefinition, UserPart } from '@llm/core'
import type { Exchange } from './cassette.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a recorded chat completion says, whole or streamed, worked out by the format's rules and not by the library. */
export interface ChatRecording {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: unknown }[]
  readonly finishReason: string
  readonly usage: Fields
  /** The addresses that the answer cites. */
  readonly sources: readonly string[]
  /** The message, put together; lists of its own fields are joined. */
  readonly message: Fields
}

/**
 * What a recorded chat completion says: the expectation of a test.
 *
 * @example
 * ```ts
 * import { readChatRecording, type Exchange } from '@llm/testing'
 *
 * declare const exchange: Exchange
 *
 * readChatRecording(exchange).text
 * ```
 */
export function readChatRecording({ response }: Exchange): ChatRecording {
  const bodies = response.sse === undefined ? [response.json as Fields] : chunksOf(response.sse)
  const choices = bodies.flatMap(body => (body['choices'] as Fields[] | undefined)?.slice(0, 1) ?? [])
  const pieces = choices.map(choice => (choice['message'] ?? choice['delta'] ?? {}) as Fields)
  const message = pieces.reduce<Fields>(joinPieces, {})
  const calls = (message['tool_calls'] ?? []) as Fields[]
  return {
    text: pieces.map(piece => textOf(piece['content'])).join(''),
    reasoning: pieces.map(reasoningOf).join(''),
    calls: joinCalls(calls),
    finishReason: String(choices.findLast(choice => choice['finish_reason'] != null)?.['finish_reason']),
    usage: (bodies.findLast(body => body['usage'] != null)?.['usage'] ?? {}) as Fields,
    sources: ((message['annotations'] ?? []) as Fields[]).flatMap(({ url_citation: cited }) =>
      cited === undefined ? [] : [String((cited as Fields)['url'])],
    ),
    message,
  }
}

function chunksOf(sse: string): readonly Fields[] {
  const data = sse.split('\n').filter(line => line.startsWith('data: {'))
  return data.map(line => JSON.parse(line.slice('data: '.length)) as Fields)
}

function joinPieces(message: Fields, piece: Fields): Fields {
  const joined: Record<string, unknown> = { ...message }
  for (const [key, value] of Object.entries(piece)) {
    const before = joined[key]
    if (Array.isArray(before) && Array.isArray(value)) joined[key] = [...(before as unknown[]), ...(value as unknown[])]
    else if (value != null) joined[key] = value
  }
  return joined
}

function textOf(content: unknown): string {
  if (!Array.isArray(content)) return typeof content === 'string' ? content : ''
  return (content as Fields[]).map(({ text }) => (typeof text === 'string' ? text : '')).join('')
}

function reasoningOf({ reasoning_content, reasoning, content }: Fields): string {
  const plain = reasoning_content ?? reasoning
  if (typeof plain === 'string') return plain
  if (!Array.isArray(content)) return ''
  return (content as Fields[]).map(({ thinking }) => textOf(thinking ?? '')).join('')
}

/** A piece with an id begins a call; those after it go on with the call of their index. */
function joinCalls(pieces: readonly Fields[]): ChatRecording['calls'] {
  const calls: { id: string; index: unknown; name: string; text: string }[] = []
  for (const { id, index, function: called } of pieces) {
    const { name, arguments: text } = called as { readonly name?: string; readonly arguments?: string }
    const open = calls.find(call => call.index === index && (id == null || id === call.id))
    if (open !== undefined) open.text += text ?? ''
    else calls.push({ id: String(id), index: index ?? calls.length, name: name ?? '', text: text ?? '' })
  }
  return calls.map(({ id, name, text }) => ({ id, name, arguments: JSON.parse(text || '{}') as unknown }))
}

/**
 * The request that a recorded body of a chat completion stands for, in this library's types: what every host of the
 * format shares. What only one host has is the test's own to add.
 *
 * @example
 * ```ts
 * import { chatRequestOf } from '@llm/testing'
 *
 * chatRequestOf({ model: 'some-model', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5 }).maxTokens // 5
 * ```
 */
export function chatRequestOf(body: unknown): CompletionRequest {
  const fields = body as Fields & { readonly model: string; readonly messages: readonly Fields[] }
  const { tool_choice: choice, tools } = fields
  return {
    model: fields.model,
    messages: fields.messages.map(readMessage),
    maxTokens: (fields['max_completion_tokens'] ?? fields['max_tokens']) as number | undefined,
    temperature: fields['temperature'] as number | undefined,
    parallelToolCalls: fields['parallel_tool_calls'] as boolean | undefined,
    tools: (tools as Fields[] | undefined)?.flatMap(readTool),
    toolChoice: readChoice(choice),
    output: readOutput(fields['response_format'] as Fields | undefined),
  }
}

function readMessage({ role, content, tool_calls: calls, tool_call_id: id, ...rest }: Fields): Message {
  switch (role) {
    case 'user':
      return { role, content: typeof content === 'string' ? content : (content as Fields[]).map(readPart) }
    case 'assistant':
      return { role, content: readAnswer(content, (calls ?? []) as Fields[], rest) }
    case 'tool': {
      const result = typeof content === 'string' ? content : (content as Fields[]).map(readPart)
      return { role, content: [{ type: 'tool-result', toolCallId: String(id), content: result }] }
    }
    default:
      return { role: 'system', content: String(content) }
  }
}

function readAnswer(content: unknown, calls: readonly Fields[], message: Fields): readonly AssistantPart[] {
  const reasoning = reasoningOf({ ...message, content })
  const text = textOf(content)
  return [
    ...(reasoning === '' ? [] : [{ type: 'reasoning', text: reasoning } as const]),
    ...(text === '' ? [] : [{ type: 'text', text } as const]),
    ...calls.map(({ id, function: called }) => {
      const { name, arguments: args } = called as { readonly name: string; readonly arguments: string }
      return { type: 'tool-call', id: String(id), name, arguments: JSON.parse(args || '{}') as JsonObject } as const
    }),
  ]
}

function readPart(part: Fields): UserPart {
  const { image_url: image, input_audio: audio, file } = part as Partial<Record<string, Fields>>
  if (image !== undefined) {
    const { url, detail } = typeof image === 'string' ? { url: image, detail: undefined } : image
    const closeness = detail as 'auto' | 'low' | 'high' | undefined
    return { type: 'image', source: { url: String(url) }, ...(closeness !== undefined && { detail: closeness }) }
  }
  if (audio !== undefined) {
    const { data, format } = audio
    return { type: 'audio', source: { base64: String(data), mediaType: `audio/${String(format)}` } }
  }
  if (file !== undefined) {
    return { type: 'file', source: { url: String(file['file_data']) }, filename: String(file['filename']) }
  }
  if (typeof part['document_url'] === 'string') return { type: 'file', source: { url: part['document_url'] } }
  return { type: 'text', text: String(part['text']) }
}

function readTool({ function: tool }: Fields): ToolDefinition[] {
  if (tool === undefined) return []
  const { name, description, parameters } = tool as ToolDefinition
  return [{ name, description, parameters }]
}

function readChoice(choice: unknown): CompletionRequest['toolChoice'] {
  if (typeof choice !== 'object' || choice === null) return choice as CompletionRequest['toolChoice']
  return { name: (choice as { readonly function: { readonly name: string } }).function.name }
}

function readOutput(format: Fields | undefined): CompletionRequest['output'] {
  if (format === undefined) return undefined
  if (format['type'] === 'json_object') return 'json'
  const { name, schema } = format['json_schema'] as { readonly name: string; readonly schema: JsonObject }
  return { ...schema, title: name }
}
