import type { CompletionRequest, TokenCount } from '@llm/core'
import { estimateInput } from './mock-tokens.ts'

/** Counts by the same rule as the usage of the mock's answers. */
export function countTokens(request: CompletionRequest): TokenCount {
  return { inputTokens: estimateInput(request), source: 'heuristic' }
}
