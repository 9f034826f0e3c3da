import { contentParts, type AssistantMessage, type UserPart } from '@llm/core'
import { fileIdOf, toUrl } from '@llm/protocol-openai'

/** Documents have a part of their own. Source: https://docs.mistral.ai/capabilities/document_ai/document_qna */
export function renderMistralPart(part: UserPart): object | undefined {
  if (part.type !== 'file') return undefined
  const { source, filename } = part
  const fileId = fileIdOf(source)
  if (fileId !== undefined) return { type: 'file', file_id: fileId }
  return {
    type: 'document_url',
    document_url: toUrl(source),
    ...(filename !== undefined && { document_name: filename }),
  }
}

/** Reasoning goes back as thoughts before the text. Source: https://docs.mistral.ai/capabilities/reasoning */
export function renderThoughts(wire: Record<string, unknown>, message: AssistantMessage): Record<string, unknown> {
  const parts = contentParts(message.content)
  const thoughts = parts.map(part => (part.type === 'reasoning' ? part.text : '')).join('')
  if (thoughts === '') return wire
  const { content } = wire
  const text = typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : []
  return { ...wire, content: [{ type: 'thinking', thinking: [{ type: 'text', text: thoughts }] }, ...text] }
}

/** Source: https://docs.mistral.ai/api/#tag/chat */
export function renameSeed({ seed, ...body }: Record<string, unknown>): Record<string, unknown> {
  return seed === undefined ? body : { ...body, random_seed: seed }
}
