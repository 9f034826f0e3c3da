import { contentParts, contentText, type Message, type UserMessage, type UserPart } from '../message.ts'
import type { HistoryTarget } from './history-rules.ts'

/** Puts messages where the model and the wire format want them: instructions first, and turns that alternate. */
export function portRoles(
  messages: readonly Message[],
  { rules, instructions }: Pick<HistoryTarget, 'rules' | 'instructions'>,
): readonly Message[] {
  const told = instructions === 'user' ? tellAsUser(messages) : messages
  const ordered = rules?.system === 'first' || instructions === 'first' ? systemFirst(told) : told
  return rules?.alternate === true ? alternating(ordered) : ordered
}

/** Instructions become the beginning of what the user says next. */
function tellAsUser(messages: readonly Message[]): readonly Message[] {
  const told: Message[] = []
  let instructions: string[] = []
  const flush = (): void => {
    if (instructions.length > 0) told.push({ role: 'user', content: instructions.join('\n\n') })
    instructions = []
  }
  for (const message of messages) {
    if (message.role === 'system') instructions.push(contentText(message.content))
    else if (message.role === 'user' && instructions.length > 0) {
      told.push({ ...message, content: prepend(`${instructions.join('\n\n')}\n\n`, message.content) })
      instructions = []
    } else {
      flush()
      told.push(message)
    }
  }
  flush()
  return told
}

function prepend(text: string, content: UserMessage['content']): UserMessage['content'] {
  return typeof content === 'string' ? text + content : [{ type: 'text', text }, ...content]
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
