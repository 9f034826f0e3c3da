import {
  contentParts,
  isRecord,
  type AssistantPart,
  type Message,
  type PreparedRequest,
  type ToolCallPart,
  type ToolResultPart,
  type UserPart,
} from '@llm/core'
import type { BedrockOptions } from '../options.ts'
import { jsonValue, renderMedia, type MediaContext } from './bedrock-media.ts'
import { cachePoint, DocumentNames } from './bedrock-names.ts'

type Request = PreparedRequest<BedrockOptions>
type Block = Record<string, unknown>

interface WireMessage {
  readonly role: 'user' | 'assistant'
  readonly content: Block[]
}

interface Context extends MediaContext {
  readonly request: Request
}

/** The instructions, which the core has put first. */
export function renderSystem(request: Request): Block[] | undefined {
  const parts = request.messages.flatMap(message => (message.role === 'system' ? contentParts(message.content) : []))
  const blocks = parts.flatMap(({ text }) => renderText(text))
  if (blocks.length === 0) return undefined
  return request.options.cachePoints?.includes('system') === true ? [...blocks, cachePoint(request.options)] : blocks
}

/** The conversation. The core has seen to ids, pairs and turns; here the results of tools join the user's turn. */
export function renderMessages(request: Request): readonly WireMessage[] {
  const { messages, options } = request
  const context = { request, names: new DocumentNames(), citations: options.citations === true }
  const turns: WireMessage[] = []
  for (const message of messages) {
    const content = renderMessage(message, context)
    if (content.length === 0) continue
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const before = turns.at(-1)
    if (before?.role === role) before.content.push(...content)
    else turns.push({ role, content })
  }
  const last = turns.at(-1)
  if (last?.role === 'assistant') trimEnd(last.content.at(-1))
  const users = turns.filter(({ role }) => role === 'user')
  for (const { content } of users) describeDocuments(content)
  if (options.cachePoints?.includes('messages') === true) users.at(-1)?.content.push(cachePoint(options))
  return turns
}

/** The beginning of an answer that the model shall go on with may not end in white space. */
function trimEnd(block: Block | undefined): void {
  if (typeof block?.['text'] === 'string') block['text'] = block['text'].trimEnd()
}

function renderMessage(message: Message, context: Context): Block[] {
  switch (message.role) {
    case 'system':
      return []
    case 'user':
      return contentParts<UserPart>(message.content).flatMap((part): Block[] =>
        part.type === 'text' ? renderText(part.text) : [renderMedia(part, context)],
      )
    case 'assistant':
      return contentParts<AssistantPart>(message.content).flatMap(part => renderAssistantPart(part, context))
    case 'tool':
      return message.content.map(result => ({ toolResult: renderToolResult(result, context) }))
  }
}

/** Bedrock refuses texts of nothing but white space. */
function renderText(text: string): Block[] {
  return text.trim() === '' ? [] : [{ text }]
}

/** Bedrock wants a text beside documents. */
function describeDocuments(content: Block[]): void {
  if (content.some(block => 'document' in block) && !content.some(block => 'text' in block)) {
    content.push({ text: 'The documents are attached.' })
  }
}

function renderAssistantPart(part: AssistantPart, { request }: Context): Block[] {
  const state = isRecord(part.state?.data) ? part.state.data : undefined
  switch (part.type) {
    case 'text':
      return renderText(part.text)
    case 'reasoning':
      return renderReasoning(part.text, state)
    case 'tool-call':
      if (part.providerExecuted !== true) return [{ toolUse: renderToolCall(part) }]
      return state === undefined ? [] : [{ toolUse: { ...renderToolCall(part), ...state } }]
    case 'tool-result':
      return state === undefined ? [] : [{ toolResult: { toolUseId: part.toolCallId, ...state } }]
    case 'source':
      return []
    default:
      request.warn({
        code: 'part-dropped',
        message: `bedrock takes no ${part.type} in an assistant message; it was dropped.`,
        parameter: 'messages',
      })
      return []
  }
}

/** Only what is signed or redacted is taken back. */
function renderReasoning(text: string, state: Readonly<Record<string, unknown>> | undefined): Block[] {
  const { signature, redactedContent } = state ?? {}
  if (redactedContent !== undefined) return [{ reasoningContent: { redactedContent } }]
  return signature === undefined ? [] : [{ reasoningContent: { reasoningText: { text, signature } } }]
}

function renderToolCall({ id, name, arguments: input }: ToolCallPart): Block {
  return { toolUseId: id, name, input }
}

function renderToolResult({ toolCallId, content, isError }: ToolResultPart, context: Context): Block {
  const blocks = contentParts<Exclude<ToolResultPart['content'], string>[number]>(content).flatMap(part => {
    if (part.type === 'text') return renderText(part.text)
    const json = jsonValue(part)
    return [isRecord(json) ? { json } : renderMedia(part, { ...context, citations: false })]
  })
  return {
    toolUseId: toolCallId,
    content: blocks.length === 0 ? [{ text: '(nothing)' }] : blocks,
    ...(isError === true && { status: 'error' }),
  }
}
