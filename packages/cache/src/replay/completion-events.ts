import type { AssistantPart, Completion, CompletionEvent } from '@llm/core'

/** The events that a completion could have come as: folded again, they give the same one. */
export function completionEvents(completion: Completion): CompletionEvent[] {
  const { id, requestId, provider, model, outputStrategy, warnings } = completion
  const { usage, cost, finishReason, rawFinishReason, content, object } = completion
  return [
    {
      type: 'start',
      id,
      provider,
      model,
      ...(requestId !== undefined && { requestId }),
      ...(outputStrategy !== undefined && { outputStrategy }),
      warnings,
    },
    ...content.map(partEvent),
    { type: 'usage', usage, cost },
    ...(object === undefined ? [] : [{ type: 'object', object } as const]),
    { type: 'finish', finishReason, rawFinishReason },
  ]
}

function partEvent(part: AssistantPart, block: number): CompletionEvent {
  switch (part.type) {
    case 'text':
      return { type: 'text-delta', text: part.text, block, state: part.state }
    case 'reasoning':
      return { type: 'reasoning-delta', text: part.text, block, state: part.state }
    case 'tool-call':
      return { type: 'tool-call', toolCall: part }
    case 'tool-result':
      return { type: 'tool-result', toolResult: part }
    case 'source':
      return { type: 'source', source: part }
    case 'image':
    case 'audio':
    case 'file':
      return { type: 'file', file: part }
  }
}
