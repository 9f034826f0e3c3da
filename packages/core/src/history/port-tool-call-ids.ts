import { contentParts, type AssistantPart, type Message } from '../message.ts'
import type { ToolCallIdRule } from './history-rules.ts'

/**
 * Gives every tool call an id that is legal and unique in the history, and its result the same. Legal ids stay where they
 * are the first of their name. The same history always gets the same ids, as else prompt caches would miss.
 */
export function portToolCallIds(messages: readonly Message[], rule: ToolCallIdRule | undefined): readonly Message[] {
  const ids = new IdMap(messages, rule)
  return ids.needed ? messages.map(message => portMessage(message, ids)) : messages
}

function portMessage(message: Message, ids: IdMap): Message {
  if (message.role === 'tool') {
    return {
      ...message,
      content: message.content.map(part => ({ ...part, toolCallId: ids.ofResult(part.toolCallId) })),
    }
  }
  if (message.role !== 'assistant' || typeof message.content === 'string') return message
  ids.beginTurn()
  return { ...message, content: message.content.map(part => portPart(part, ids)) }
}

/** What a host ran itself has ids that it knows: they stay. */
function portPart(part: AssistantPart, ids: IdMap): AssistantPart {
  if ('providerExecuted' in part && part.providerExecuted === true) return part
  if (part.type === 'tool-call') return { ...part, id: ids.ofCall(part.id) }
  return part.type === 'tool-result' ? { ...part, toolCallId: ids.ofResult(part.toolCallId) } : part
}

/** Which id stands for which: an id that comes a second time is another call. */
class IdMap {
  readonly needed: boolean
  #rule: ToolCallIdRule
  #taken: Set<string>
  #times: Map<string, number> = new Map()
  /** The ids that the turn's calls got, by what they were called, in order. */
  #turn: Map<string, string[]> = new Map()

  constructor(messages: readonly Message[], rule: ToolCallIdRule = ANY) {
    const ids = messages.flatMap(callIds)
    this.#rule = rule
    this.#taken = new Set(ids.filter(id => rule.pattern.test(id)))
    this.needed = new Set(ids).size < ids.length || !ids.every(id => rule.pattern.test(id))
  }

  beginTurn(): void {
    this.#turn = new Map()
  }

  ofCall(id: string): string {
    const times = this.#times.get(id) ?? 0
    this.#times.set(id, times + 1)
    const legal = times === 0 && this.#rule.pattern.test(id)
    const ported = legal ? id : this.#make(times === 0 ? id : `${id}#${String(times)}`)
    this.#turn.set(id, [...(this.#turn.get(id) ?? []), ported])
    return ported
  }

  /** The first result of a name is that of the first call of it. */
  ofResult(id: string): string {
    const [first, ...others] = this.#turn.get(id) ?? []
    if (others.length > 0) this.#turn.set(id, others)
    return first ?? id
  }

  #make(text: string): string {
    const { length = 24 } = this.#rule
    for (let salt = 0; ; salt++) {
      const made = digest(salt === 0 ? text : `${text}!${String(salt)}`, length)
      if (this.#taken.has(made)) continue
      this.#taken.add(made)
      return made
    }
  }
}

const ANY: ToolCallIdRule = { pattern: /^/ }

function callIds(message: Message): readonly string[] {
  if (message.role !== 'assistant') return []
  return contentParts(message.content).flatMap(part =>
    part.type === 'tool-call' && part.providerExecuted !== true ? part.id : [],
  )
}

/** Letters and digits that stand for a text: FNV-1a, once for every seven of them. */
function digest(text: string, length: number): string {
  let made = ''
  for (let round = 0; made.length < length; round++)
    made += fnv1a(`${String(round)}:${text}`)
      .toString(36)
      .padStart(7, '0')
  return made.slice(0, length)
}

/** Source: http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}
