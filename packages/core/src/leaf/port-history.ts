import type { CompletionRequest } from '../completion.ts'
import { contentParts, type AssistantMessage, type Message, type Part, type PartState } from '../message.ts'
import type { Warning } from '../warning.ts'

/** What a history is ported to. */
export interface HistoryTarget {
  readonly protocol: string
  readonly family: string | undefined
}

/**
 * Fits a history to the host that is about to get it: opaque state of another family or protocol is dropped, as are parts
 * without any content. Pure and idempotent.
 */
export function portHistory(
  messages: CompletionRequest['messages'],
  target: HistoryTarget,
): { readonly messages: readonly Message[]; readonly warnings: readonly Warning[] } {
  let dropped = 0
  const keeps = (state: PartState | undefined): boolean =>
    state === undefined || (state.protocol === target.protocol && state.family === target.family)
  const portPart = <P extends Part>(part: P): P => {
    if (keeps(part.state)) return part
    dropped += 1
    const { state: _, ...rest } = part
    return rest as P
  }
  const ported = messages.map(message => {
    if (message.role !== 'assistant' || typeof message.content === 'string') return message
    return portAssistant(message, portPart)
  })
  if (dropped === 0) return { messages: ported, warnings: [] }
  const what = `${String(dropped)} part${dropped === 1 ? '' : 's'}`
  const message = `The opaque state of ${what} (signatures, item ids) belongs to another family or protocol and was not sent.`
  return { messages: ported, warnings: [{ code: 'state-dropped', message, parameter: 'messages' }] }
}

function portAssistant(message: AssistantMessage, portPart: <P extends Part>(part: P) => P): AssistantMessage {
  const content = contentParts(message.content).map(portPart)
  return { ...message, content: content.filter(part => !isEmpty(part)) }
}

function isEmpty(part: Part): boolean {
  return (part.type === 'text' || part.type === 'reasoning') && part.text === '' && part.state === undefined
}
