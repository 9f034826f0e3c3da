import {
  contentParts,
  isRecord,
  type AssistantPart,
  type Message,
  type SourcePart,
  type ToolCallPart,
  type ToolResultPart,
  type UserPart,
} from '@llm/core'
import type { CacheMarks } from './anthropic-cache.ts'
import { renderFile, renderImage } from './anthropic-media.ts'
import type { AnthropicRequest, WireBlock } from './anthropic-request.ts'

/** One side's turn. */
interface Turn {
  readonly role: 'user' | 'assistant'
  readonly content: WireBlock[]
}

/** A conversation in the API's two places for it. */
export interface Conversation {
  readonly system: readonly WireBlock[]
  readonly messages: readonly Turn[]
}

/**
 * The core has seen to ids, pairs and turns; here results of tools join the user's turn, before what the user says, and
 * calls of tools end the turn that they are in, after what was thought.
 */
export function renderMessages(request: AnthropicRequest, cache: CacheMarks): Conversation {
  const system: WireBlock[] = []
  const turns: Turn[] = []
  for (const message of request.messages) {
    const blocks = renderMessage(message, request).filter(block => !isBlank(block, message.role))
    if (message.role === 'system') system.push(...blocks)
    else addTurn(turns, message.role === 'assistant' ? 'assistant' : 'user', blocks)
  }
  trimEnd(turns.at(-1))
  const messages = turns.map(arrange)
  cache.mark(system, 'system')
  messages.forEach(({ content }, index) => {
    cache.mark(content, index, index - messages.length)
  })
  return { system, messages }
}

function renderMessage(message: Message, request: AnthropicRequest): WireBlock[] {
  switch (message.role) {
    case 'assistant':
      return renderAssistant(contentParts(message.content), request)
    case 'tool':
      return message.content.map(result => renderToolResult(result, request))
    default:
      return contentParts<UserPart>(message.content).map(part => renderUserPart(part, request))
  }
}

function renderUserPart(part: UserPart, request: AnthropicRequest): WireBlock {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image':
      return renderImage(part)
    case 'file':
      return renderFile(part, request.options.citations)
    case 'audio':
      // The core has put a note in its place: see the codec's rules.
      return { type: 'text', text: part.transcript ?? '' }
  }
}

function renderToolResult({ toolCallId, content, isError }: ToolResultPart, request: AnthropicRequest): WireBlock {
  const blocks = contentParts<UserPart>(content).map(part => renderUserPart(part, request))
  return {
    type: 'tool_result',
    tool_use_id: toolCallId,
    content: typeof content === 'string' ? content || undefined : blocks.filter(block => !isBlank(block, 'tool')),
    is_error: isError === true ? true : undefined,
  }
}

function renderAssistant(parts: readonly AssistantPart[], request: AnthropicRequest): WireBlock[] {
  const blocks: WireBlock[] = []
  for (const part of parts) {
    if (part.type === 'source') addCitation(blocks.at(-1), part)
    else blocks.push(...renderAssistantPart(part, request))
  }
  return blocks
}

/** What the API cites belongs to the text before it. */
function addCitation(block: WireBlock | undefined, { state }: SourcePart): void {
  if (block?.type !== 'text' || state === undefined) return
  block['citations'] = [...((block['citations'] as unknown[] | undefined) ?? []), state.data]
}

function renderAssistantPart(part: Exclude<AssistantPart, SourcePart>, request: AnthropicRequest): WireBlock[] {
  const state = isRecord(part.state?.data) ? part.state.data : undefined
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text }]
    case 'reasoning':
      if (state === undefined) return []
      return [{ ...state, ...(state['type'] === 'thinking' ? { thinking: part.text } : {}) } as WireBlock]
    case 'tool-call':
      return renderCall(part, state)
    case 'tool-result':
      return state === undefined ? [] : [{ ...state } as WireBlock]
    default:
      if (state === undefined) warnPart(request, `takes no ${part.type} in an assistant message; it was dropped.`)
      return []
  }
}

function renderCall(part: ToolCallPart, state: object | undefined): WireBlock[] {
  const { id, name, arguments: input, providerExecuted } = part
  if (providerExecuted === true) return state === undefined ? [] : [{ ...(state as WireBlock), id, name, input }]
  return [{ type: 'tool_use', ...state, id, name, input }]
}

function addTurn(turns: Turn[], role: Turn['role'], blocks: readonly WireBlock[]): void {
  const last = turns.at(-1)
  if (blocks.length === 0) return
  if (last?.role === role) last.content.push(...blocks)
  else turns.push({ role, content: [...blocks] })
}

function arrange({ role, content }: Turn): Turn {
  const type = role === 'user' ? 'tool_result' : 'tool_use'
  const tools = content.filter(block => block.type === type)
  const others = content.filter(block => block.type !== type)
  return { role, content: role === 'user' ? [...tools, ...others] : [...others, ...tools] }
}

/** The API refuses blank text, but for what the model wrote itself, which goes back unchanged. */
function isBlank({ type, text }: WireBlock, role: Message['role']): boolean {
  return type === 'text' && (role === 'assistant' ? text === '' : String(text).trim() === '')
}

/** An answer that the model is to go on with must not end with white space. */
function trimEnd(turn: Turn | undefined): void {
  const last = turn?.role === 'assistant' ? turn.content.at(-1) : undefined
  if (last?.type === 'text') last['text'] = String(last['text']).trimEnd()
}

function warnPart(request: AnthropicRequest, what: string): void {
  request.warn({ code: 'part-dropped', message: `${request.provider} ${what}`, parameter: 'messages' })
}
