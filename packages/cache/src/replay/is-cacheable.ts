import { checkValue, type Completion, type CompletionRequest } from '@llm/core'

/** Whether an answer is whole and good, so that the same call may be given it again. */
export async function isCacheable({ output }: CompletionRequest, completion: Completion): Promise<boolean> {
  if (!isWhole(completion)) return false
  if (output === undefined) return true
  const { object } = completion
  if (object === undefined) return false
  // The caller refuses what does not fit, asks again, and must not get the same.
  return output === 'json' || (await checkValue(output, object)).ok
}

/** Whether an answer came to its end, says something, and waits for nothing. */
export function isWhole({ finishReason, interrupted, toolCalls, content }: Completion): boolean {
  return finishReason === 'stop' && interrupted !== true && toolCalls.length === 0 && content.length > 0
}
