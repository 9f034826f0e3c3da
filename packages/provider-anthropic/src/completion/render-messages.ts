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
import { createToolIds } from './anthropic-ids.ts'
import { renderFile, renderImage } from './anthropic-media.ts'
import type { AnthropicRequest, WireBlock } from './anthropic-request.ts'

/** One side's turn. */
export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly content: WireBlock[]
}

/** A conversation in the API's two places for it. */
export interface Conversation {
  readonly system: readonly WireBlock[]
  readonly messages: readonly Turn[]
}

interface Renderer {
  readonly request: AnthropicRequest
  readonly toolId: (id: string) => string
}

/** Turns alternate, hold no empty text, begin with the results of tools and end with calls of them. */
export function renderMessages(request: AnthropicRequest, cache: CacheMarks): Conversation {
  const renderer = { request, toolId: createToolIds(request.messages) }
  const system: WireBlock[] = []
  const turns: Turn[] = []
  request.messages.forEach((message, index) => {
    const blocks = renderMessage(message, renderer).filter(block => !isBlank(block, message.role))
    cache.mark(blocks, index)
    if (message.role === 'system') system.push(...blocks)
    else addTurn(turns, message.role === 'assistant' ? 'assistant' : 'user', blocks)
  })
  cache.mark(system, 'system')
  warnMoved(request)
  trimEnd(turns.at(-1))
  return { system, messages: turns.map(arrange) }
}

function renderMessage(message: Message, renderer: Renderer): WireBlock[] {
  switch (message.role) {
    case 'assistant':
      return renderAssistant(contentParts(message.content), renderer)
    case 'tool':
      return message.content.map(result => renderToolResult(result, renderer))
    default:
      return contentParts<UserPart>(message.content).map(part => renderUserPart(part, renderer))
  }
}

function renderUserPart(part: UserPart, { request }: Renderer): WireBlock {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image':
      return renderImage(part)
    case 'file':
      return renderFile(part, request.options.citations)
    case 'audio':
      warnPart(request, 'takes no sound; it was replaced by a note.')
      return { type: 'text', text: part.transcript ?? '[audio]' }
  }
}

function renderToolResult({ toolCallId, content, isError }: ToolResultPart, renderer: Renderer): WireBlock {
  const blocks = contentParts<UserPart>(content).map(part => renderUserPart(part, renderer))
  return {
    type: 'tool_result',
    tool_use_id: renderer.toolId(toolCallId),
    content: typeof content === 'string' ? content || undefined : blocks.filter(block => !isBlank(block, 'tool')),
    is_error: isError === true ? true : undefined,
  }
}

function renderAssistant(parts: readonly AssistantPart[], renderer: Renderer): WireBlock[] {
  const blocks: WireBlock[] = []
  for (const part of parts) {
    if (part.type === 'source') addCitation(blocks.at(-1), part)
    else blocks.push(...renderAssistantPart(part, renderer))
  }
  return blocks
}

/** What the API cites belongs to the text before it. */
function addCitation(block: WireBlock | undefined, { state }: SourcePart): void {
  if (block?.type !== 'text' || state === undefined) return
  block['citations'] = [...((block['citations'] as unknown[] | undefined) ?? []), state.data]
}

function renderAssistantPart(part: Exclude<AssistantPart, SourcePart>, renderer: Renderer): WireBlock[] {
  const state = isRecord(part.state?.data) ? part.state.data : undefined
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text }]
    case 'reasoning':
      if (state === undefined) return []
      return [(state['type'] === 'thinking' ? { ...state, thinking: part.text } : state) as WireBlock]
    case 'tool-call':
      return renderCall(part, state, renderer)
    case 'tool-result':
      return state === undefined ? [] : [state as WireBlock]
    default:
      if (state === undefined)
        warnPart(renderer.request, `takes no ${part.type} in an assistant message; it was dropped.`)
      return []
  }
}

function renderCall(part: ToolCallPart, state: object | undefined, { toolId }: Renderer): WireBlock[] {
  const { id, name, arguments: input, providerExecuted } = part
  if (providerExecuted === true) return state === undefined ? [] : [{ ...(state as WireBlock), id, name, input }]
  return [{ type: 'tool_use', ...state, id: toolId(id), name, input }]
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

/** Only the newest models take system messages in the middle, and which those are is not known here. */
function warnMoved(request: AnthropicRequest): void {
  const first = request.messages.findIndex(({ role }) => role !== 'system')
  if (!request.messages.some(({ role }, index) => role === 'system' && index > first && first >= 0)) return
  const message = `${request.provider} takes system messages only before all others; later ones were moved there.`
  request.warn({ code: 'other', message, parameter: 'messages' })
}

function warnPart(request: AnthropicRequest, what: string): void {
  request.warn({ code: 'part-dropped', message: `${request.provider} ${what}`, parameter: 'messages' })
}
