import { contentParts, type Message } from '@llm/core'

const LEGAL = /^[a-zA-Z0-9_-]+$/

/**
 * Gives each tool call of a history an id that the API takes. A legal id stays; another one has what is illegal replaced
 * and a hash of itself added, so that it is the same in every request (or the prompt cache would miss), for the call and
 * for its result.
 */
export function createToolIds(messages: readonly Message[]): (id: string) => string {
  const ids = new Set(messages.flatMap(idsOf))
  const taken = new Set([...ids].filter(id => LEGAL.test(id)))
  const mapped = new Map<string, string>()
  for (const id of ids) {
    if (LEGAL.test(id)) continue
    let legal = `${id.replace(/[^a-zA-Z0-9_-]/g, '_')}_${hash(id)}`
    while (taken.has(legal)) legal += '_'
    taken.add(legal)
    mapped.set(id, legal)
  }
  return id => mapped.get(id) ?? id
}

function idsOf(message: Message): readonly string[] {
  if (message.role === 'tool') return message.content.map(({ toolCallId }) => toolCallId)
  if (message.role !== 'assistant') return []
  return contentParts(message.content).flatMap(part => (part.type === 'tool-call' ? part.id : []))
}

/** FNV-1a. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193)
  return (value >>> 0).toString(16).padStart(8, '0')
}
