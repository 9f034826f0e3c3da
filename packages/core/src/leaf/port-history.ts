import type { CompletionRequest } from '../completion.ts'
import type { Message, Part, PartState } from '../message.ts'
import type { Warning } from '../warning.ts'

/** What a history is ported to. */
export interface HistoryTarget {
  readonly protocol: string
  readonly family: string | undefined
}

/**
 * Fits a history to the host that is about to get it: opaque state of another family or protocol is dropped, as are parts
 * without any content and answers of which nothing is left. Pure and idempotent.
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
  const ported = messages.map(message => portMessage(message, portPart)).filter(message => !saysNothing(message))
  if (dropped === 0) return { messages: ported, warnings: [] }
  const what = `${String(dropped)} part${dropped === 1 ? '' : 's'}`
  const message = `The opaque state of ${what} (signatures, item ids) belongs to another family or protocol and was not sent.`
  return { messages: ported, warnings: [{ code: 'state-dropped', message, parameter: 'messages' }] }
}

function portMessage(message: Message, portPart: <P extends Part>(part: P) => P): Message {
  if (typeof message.content === 'string') return message
  const parts: readonly Part[] = message.content
  return { ...message, content: parts.map(portPart).filter(part => !isEmpty(part)) } as Message
}

/** An answer of which nothing is left: hosts refuse an assistant message without content. */
function saysNothing({ role, content }: Message): boolean {
  return role === 'assistant' && content.length === 0
}

function isEmpty(part: Part): boolean {
  return (part.type === 'text' || part.type === 'reasoning') && part.text === '' && part.state === undefined
}
