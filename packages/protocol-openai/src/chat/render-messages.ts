import {
  contentParts,
  contentText,
  type AssistantMessage,
  type AssistantPart,
  type Message,
  type PreparedRequest,
  type ToolResultPart,
  type UserMessage,
  type UserPart,
} from '@llm/core'
import { audioFormat, fileIdOf, filenameOf, toBase64, toUrl, warnMediaDropped } from '../media.ts'
import type { ChatDialect } from './dialect.ts'

type Wire = Record<string, unknown>

/** The conversation as chat messages: one of ours may become several, as each tool result is a message of its own. */
export function renderMessages<Options>(request: PreparedRequest<Options>, dialect: ChatDialect<Options>): Wire[] {
  return request.messages.flatMap(message => {
    const rendered = renderMessage(message, dialect)
    if (message.role === 'assistant') warnLost(message, rendered, request)
    return rendered
  })
}

function renderMessage<Options>(message: Message, dialect: ChatDialect<Options>): Wire[] {
  switch (message.role) {
    case 'system':
      return [{ role: 'system', content: contentText(message.content) }]
    case 'user':
      return [{ role: 'user', content: renderUser(message, dialect) }]
    case 'assistant':
      return [renderAssistant(message, dialect)]
    case 'tool':
      return message.content.map(result => renderToolResult(result, dialect))
  }
}

function renderUser<Options>({ content }: UserMessage, dialect: ChatDialect<Options>): string | object[] {
  if (typeof content === 'string') return content
  const [first] = content
  if (content.length === 1 && first?.type === 'text') return first.text
  return content.map(part => renderPart(part, dialect))
}

function renderPart<Options>(part: UserPart, dialect: ChatDialect<Options>): object {
  return dialect.renderPart?.(part) ?? renderPlainPart(part)
}

function renderPlainPart(part: UserPart): Wire {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image':
      return fileIdOf(part.source) === undefined
        ? { type: 'image_url', image_url: { url: toUrl(part.source), ...(part.detail && { detail: part.detail }) } }
        : { type: 'file', file: { file_id: fileIdOf(part.source) } }
    case 'audio': {
      const { base64, mediaType } = toBase64(part.source)
      return { type: 'input_audio', input_audio: { data: base64, format: audioFormat(mediaType) } }
    }
    case 'file': {
      const fileId = fileIdOf(part.source)
      if (fileId !== undefined) return { type: 'file', file: { file_id: fileId } }
      return { type: 'file', file: { file_data: toUrl(part.source), filename: filenameOf(part) } }
    }
  }
}

function renderAssistant<Options>(message: AssistantMessage, dialect: ChatDialect<Options>): Wire {
  const { reasoningField } = dialect
  const parts = contentParts(message.content)
  const calls = parts.filter(part => part.type === 'tool-call').filter(part => part.providerExecuted !== true)
  const reasoning = parts.map(part => (part.type === 'reasoning' ? part.text : '')).join('')
  const audio = parts.find(part => part.type === 'audio')?.state?.data
  const text = contentText(message.content)
  const wire = {
    role: 'assistant',
    content: text,
    ...(reasoningField !== undefined && reasoning !== '' && { [reasoningField]: reasoning }),
    ...(audio !== undefined && { audio }),
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ id, name, arguments: args }) => ({
        id,
        type: 'function',
        function: { name, arguments: JSON.stringify(args) },
      })),
    }),
  }
  return withSomething(dialect.extendMessage?.(wire, message) ?? wire, parts)
}

/** Hosts refuse an answer without anything in it: where nothing of one can be sent, a note says what it was. */
function withSomething(wire: Wire, parts: readonly AssistantPart[]): Wire {
  const { content, tool_calls: calls, audio, images } = wire
  if (content !== '' && content !== null) return wire
  if (calls !== undefined || audio !== undefined || images !== undefined) return { ...wire, content: null }
  const kinds = [...new Set(parts.map(({ type }) => type))]
  return { ...wire, content: `[${kinds.join(', ')}]` }
}

/** Of the media of an answer sound goes back by its id, and images where the host's dialect has a place for them. */
function warnLost({ content }: AssistantMessage, rendered: readonly Wire[], request: PreparedRequest<unknown>): void {
  const hasImages = rendered.some(message => message['images'] !== undefined)
  const lost = contentParts(content).filter(part => {
    if (part.type === 'image') return !hasImages
    return part.type !== 'audio' || part.state === undefined
  })
  warnMediaDropped(request, lost)
}

function renderToolResult<Options>({ toolCallId, content }: ToolResultPart, dialect: ChatDialect<Options>): Wire {
  const plain = typeof content === 'string' || content.every(part => part.type === 'text')
  return {
    role: 'tool',
    tool_call_id: toolCallId,
    content: plain ? contentText(content) : content.map(part => renderPart(part, dialect)),
  }
}
