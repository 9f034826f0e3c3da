import {
  contentParts,
  type AssistantMessage,
  type Message,
  type ToolCallPart,
  type ToolMessage,
  type ToolResultPart,
} from '../message.ts'

/** What a tool "answers" that was never run, because the conversation went on without it. */
const NOT_RUN = 'This call was not run.'

/**
 * Makes calls and results match, as hosts refuse a history where they do not: a call without a result gets one that says
 * so, a call that was cut off before its arguments ended is taken out, and a result without its call becomes text.
 */
export function closeToolCalls(messages: readonly Message[]): readonly Message[] {
  if (isClosed(messages)) return messages
  const closed: Message[] = []
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index]
    if (message === undefined) continue
    if (message.role === 'tool') closed.push(...orphans(message.content))
    else if (message.role !== 'assistant') closed.push(message)
    else {
      const results = resultsAfter(messages, index)
      closed.push(
        ...closeTurn(
          message,
          results.flatMap(({ content }) => content),
        ),
      )
      index += results.length
    }
  }
  return closed
}

/** An assistant's message with exactly the results that belong to it, in the order of its calls. */
function closeTurn(message: AssistantMessage, results: readonly ToolResultPart[]): Message[] {
  const answered = new Map(results.map(result => [result.toolCallId, result]))
  const content = contentParts(message.content).filter(
    part => part.type !== 'tool-call' || part.status !== 'incomplete' || answered.has(part.id),
  )
  const calls = content.filter(
    (part): part is ToolCallPart => part.type === 'tool-call' && part.providerExecuted !== true,
  )
  const ids = new Set(calls.map(call => call.id))
  const matched = calls.map(call => answered.get(call.id) ?? notRun(call))
  return [
    ...(content.length > 0 ? [{ ...message, content }] : []),
    ...(matched.length > 0 ? [{ role: 'tool', content: matched } as const] : []),
    ...orphans(results.filter(result => !ids.has(result.toolCallId))),
  ]
}

function notRun({ id, name }: ToolCallPart): ToolResultPart {
  return { type: 'tool-result', toolCallId: id, name, content: NOT_RUN, isError: true }
}

/** Results whose calls are not in the history any more, as what the user tells. */
function orphans(results: readonly ToolResultPart[]): Message[] {
  if (results.length === 0) return []
  const parts = results.flatMap(({ name, content }) => [
    { type: 'text' as const, text: `The result of an earlier call of ${name ?? 'a tool'}:` },
    ...contentParts(content),
  ])
  return [{ role: 'user', content: parts }]
}

function resultsAfter(messages: readonly Message[], index: number): readonly ToolMessage[] {
  const results: ToolMessage[] = []
  for (let next = messages[index + 1]; next?.role === 'tool'; next = messages[index + 1 + results.length])
    results.push(next)
  return results
}

/** Whether every call has its result in the one tool message after it, in order, and nothing else is there. */
function isClosed(messages: readonly Message[]): boolean {
  return messages.every((message, index) => {
    if (message.role === 'tool') return messages[index - 1]?.role === 'assistant'
    if (message.role !== 'assistant') return true
    const calls = typeof message.content === 'string' ? [] : message.content.filter(isClientCall)
    const next = messages[index + 1]
    const results = next?.role === 'tool' ? next.content : []
    return calls.length === results.length && calls.every((call, place) => results[place]?.toolCallId === call.id)
  })
}

function isClientCall(part: { readonly type: string }): part is ToolCallPart {
  return part.type === 'tool-call' && (part as ToolCallPart).providerExecuted !== true
}
