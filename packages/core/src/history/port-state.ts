import type { AssistantPart, Message, Part } from '../message.ts'
import type { HistoryTarget } from './history-rules.ts'

/** A history of which some parts could not go along. */
export interface PortedState {
  readonly messages: readonly Message[]
  /** How many parts lost their opaque state. */
  readonly lost: number
}

/**
 * Takes out what belongs to another family or protocol: opaque state, and the calls that another host ran itself, which
 * nobody else can make anything of. Then drops parts without any content, and answers of which nothing is left.
 */
export function portState(messages: readonly Message[], target: HistoryTarget): PortedState {
  let lost = 0
  const port = (part: Part): readonly Part[] => {
    const { state } = part
    if (state === undefined || (state.protocol === target.protocol && state.family === target.family)) return [part]
    lost += 1
    if (isHostsOwn(part)) return []
    const { state: _, ...rest } = part
    return [rest]
  }
  const ported = messages.map(message => portMessage(message, port)).filter(message => !saysNothing(message))
  return { messages: ported, lost }
}

function portMessage(message: Message, port: (part: Part) => readonly Part[]): Message {
  if (typeof message.content === 'string') return message
  const parts: readonly Part[] = message.content
  if (parts.every(part => part.state === undefined && !isEmpty(part))) return message
  return { ...message, content: parts.flatMap(port).filter(part => !isEmpty(part)) } as Message
}

/** An answer of which nothing is left: hosts refuse an assistant message without content. */
function saysNothing({ role, content }: Message): boolean {
  return role === 'assistant' && content.length === 0
}

function isEmpty(part: Part): boolean {
  return (part.type === 'text' || part.type === 'reasoning') && part.text === '' && part.state === undefined
}

function isHostsOwn(part: Part): boolean {
  return (part.type === 'tool-call' || part.type === 'tool-result') && part.providerExecuted === true
}

/**
 * Leaves out reasoning that the model does not want back: all of it, or all but that of the turn in which tools are still
 * being called, which begins with the last message of the user.
 */
export function portReasoning(
  messages: readonly Message[],
  replay: HistoryTarget['reasoningReplay'],
): readonly Message[] {
  if (replay === undefined || replay === 'always') return messages
  const turn = replay === 'never' ? messages.length : messages.findLastIndex(({ role }) => role === 'user')
  return messages
    .map((message, index) => (index < turn && message.role === 'assistant' ? withoutReasoning(message) : message))
    .filter(message => !saysNothing(message))
}

function withoutReasoning<M extends Message>(message: M): M {
  if (typeof message.content === 'string') return message
  const parts: readonly AssistantPart[] = message.content
  return { ...message, content: parts.filter(part => part.type !== 'reasoning') }
}
