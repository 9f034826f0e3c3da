import { contentParts, contentText, type Message, type UserPart } from '../message.ts'
import type { HistoryRules } from './history-rules.ts'

/** Puts messages where the wire format wants them: instructions first, and turns that alternate. */
export function portRoles(messages: readonly Message[], rules: HistoryRules | undefined): readonly Message[] {
  const ordered = rules?.system === 'first' ? systemFirst(messages) : messages
  return rules?.alternate === true ? alternating(ordered) : ordered
}

function systemFirst(messages: readonly Message[]): readonly Message[] {
  const isSystem = ({ role }: Message): boolean => role === 'system'
  const last = messages.findLastIndex(isSystem)
  const first = messages.findIndex(message => !isSystem(message))
  if (last < first || first === -1) return messages
  return [...messages.filter(isSystem), ...messages.filter(message => !isSystem(message))]
}

/** What the model reads before its own first words, where a history begins with them. */
const OPENING: Message = { role: 'user', content: '(The conversation so far.)' }

function alternating(messages: readonly Message[]): readonly Message[] {
  const merged: Message[] = []
  for (const message of messages) {
    const last = merged.at(-1)
    const both = last === undefined ? undefined : merge(last, message)
    if (both !== undefined) merged[merged.length - 1] = both
    else merged.push(message)
  }
  const first = merged.findIndex(({ role }) => role !== 'system')
  if (merged[first]?.role === 'assistant') merged.splice(first, 0, OPENING)
  return merged
}

/** Two neighbours of one role as one message; `undefined` where they are of two. */
function merge(first: Message, second: Message): Message | undefined {
  if (first.role === 'user' && second.role === 'user') {
    return {
      role: 'user',
      content: [...contentParts<UserPart>(first.content), ...contentParts<UserPart>(second.content)],
    }
  }
  if (first.role === 'assistant' && second.role === 'assistant') {
    return { role: 'assistant', content: [...contentParts(first.content), ...contentParts(second.content)] }
  }
  if (first.role === 'tool' && second.role === 'tool')
    return { role: 'tool', content: [...first.content, ...second.content] }
  if (first.role === 'system' && second.role === 'system') {
    return { role: 'system', content: `${contentText(first.content)}\n\n${contentText(second.content)}` }
  }
  return undefined
}
