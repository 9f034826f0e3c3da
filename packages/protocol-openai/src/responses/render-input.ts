import {
  contentParts,
  contentText,
  defined,
  isRecord,
  type AssistantMessage,
  type AssistantPart,
  type ImagePart,
  type Message,
  type PreparedRequest,
  type TextPart,
  type ToolCallPart,
  type ToolResultPart,
  type UserPart,
} from '@llm/core'
import { fileIdOf, filenameOf, toUrl, warnMediaDropped } from '../media.ts'

type Item = Record<string, unknown>

/**
 * The conversation as input items. Nothing refers to what the host may have stored: reasoning goes back encrypted, other
 * items whole and without their ids, so that a history can be cut, saved and continued elsewhere.
 */
export function renderInput(request: PreparedRequest<unknown>): Item[] {
  return request.messages.flatMap(message => renderMessage(message, request))
}

function renderMessage(message: Message, request: PreparedRequest<unknown>): Item[] {
  switch (message.role) {
    case 'system':
      return [{ role: 'system', content: contentText(message.content) }]
    case 'user': {
      const { content } = message
      if (typeof content === 'string') return [{ role: 'user', content }]
      return [{ role: 'user', content: content.map(part => renderUserPart(part, request)) }]
    }
    case 'assistant':
      return renderAssistant(message, request)
    case 'tool':
      return message.content.map(result => renderToolResult(result, request))
  }
}

function renderUserPart(part: UserPart, request: PreparedRequest<unknown>): Item {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text }
    case 'image': {
      const { source, detail } = part
      return defined({ type: 'input_image', image_url: toUrl(source), file_id: fileIdOf(source), detail })
    }
    case 'file':
      return renderFile(part)
    case 'audio':
      request.warn({
        code: 'part-dropped',
        message: `${request.provider} takes no sound in the responses API; it was replaced by a note. Use { api: 'chat' }.`,
        parameter: 'messages',
      })
      return { type: 'input_text', text: part.transcript ?? '[audio]' }
  }
}

function renderFile(part: Extract<UserPart, { type: 'file' }>): Item {
  const { source } = part
  const fileId = fileIdOf(source)
  if (fileId !== undefined) return { type: 'input_file', file_id: fileId }
  if ('url' in source && !source.url.startsWith('data:')) return { type: 'input_file', file_url: source.url }
  return { type: 'input_file', file_data: toUrl(source), filename: filenameOf(part) }
}

function renderAssistant(message: AssistantMessage, request: PreparedRequest<unknown>): Item[] {
  const items: Item[] = []
  for (const part of contentParts(message.content)) {
    if (part.type === 'text') addText(items, part)
    else items.push(...renderAssistantPart(part, request))
  }
  // Source: the API's error `Item 'rs_...' of type 'reasoning' was provided without its required following item`.
  while (items.at(-1)?.['type'] === 'reasoning') items.pop()
  return items
}

/** Neighbouring texts of one phase are one message. */
function addText(items: Item[], { text, state }: TextPart): void {
  if (text === '') return
  const phase = isRecord(state?.data) ? state.data['phase'] : undefined
  const last = items.at(-1)
  const content = { type: 'output_text', text }
  if (last?.['role'] === 'assistant' && last['phase'] === phase) (last['content'] as unknown[]).push(content)
  else items.push(defined({ role: 'assistant', content: [content], phase }))
}

function renderAssistantPart(part: Exclude<AssistantPart, TextPart>, request: PreparedRequest<unknown>): Item[] {
  switch (part.type) {
    case 'reasoning':
      return isRecord(part.state?.data) ? [renderReasoning(part.text, part.state.data)] : []
    case 'tool-call':
      if (part.providerExecuted === true || isComputerCall(part))
        return isRecord(part.state?.data) ? [part.state.data] : []
      return [{ type: 'function_call', call_id: part.id, name: part.name, arguments: JSON.stringify(part.arguments) }]
    case 'image':
      return renderGeneratedImage(part, request)
    default:
      warnMediaDropped(request, [part])
      return []
  }
}

function renderReasoning(text: string, { content, ...state }: Item): Item {
  const item = { ...state, type: 'reasoning' }
  if (content !== undefined) return { ...item, summary: [], content: [{ type: content, text }] }
  return { ...item, summary: text === '' ? [] : [{ type: 'summary_text', text }] }
}

function renderGeneratedImage(part: ImagePart, request: PreparedRequest<unknown>): Item[] {
  const { source, state } = part
  if (isRecord(state?.data) && 'base64' in source) {
    return [{ ...state.data, type: 'image_generation_call', status: 'completed', result: source.base64 }]
  }
  warnMediaDropped(request, [part])
  return []
}

function isComputerCall({ state }: ToolCallPart): boolean {
  return isRecord(state?.data) && state.data['type'] === 'computer_call'
}

/** Whoever ran the actions has seen what the host wants to be checked. */
function renderScreenshot({ state, id }: ToolCallPart, content: ToolResultPart['content']): Item | undefined {
  const shot = typeof content === 'string' ? undefined : content.find(part => part.type === 'image')
  if (shot === undefined || !isRecord(state?.data)) return undefined
  const { pending_safety_checks: checks = [] } = state.data
  const output = defined({
    type: 'computer_screenshot',
    image_url: toUrl(shot.source),
    file_id: fileIdOf(shot.source),
  })
  return { type: 'computer_call_output', call_id: id, output, acknowledged_safety_checks: checks }
}

function callOf(id: string, { messages }: PreparedRequest<unknown>): ToolCallPart | undefined {
  const parts = messages.flatMap(({ role, content }) => (role === 'assistant' ? contentParts(content) : []))
  return parts.find(part => part.type === 'tool-call' && part.id === id && isComputerCall(part)) as ToolCallPart
}

function renderToolResult({ toolCallId, content }: ToolResultPart, request: PreparedRequest<unknown>): Item {
  const computer = typeof content === 'string' ? undefined : callOf(toolCallId, request)
  const screenshot = computer && renderScreenshot(computer, content)
  if (screenshot !== undefined) return screenshot
  const output = typeof content === 'string' ? content : content.map(part => renderUserPart(part, request))
  return { type: 'function_call_output', call_id: toolCallId, output }
}
