import type { ModelPrice } from './specs/model-spec.ts'
import type { Usage } from './usage.ts'

/**
 * What a usage costs at a price, in US dollars; `undefined` where its input or output is not known. Cached input costs what
 * the price says of it, else the same as other input.
 *
 * @example
 * ```ts
 * import { usageCost } from '@llm/core'
 *
 * usageCost({ inputTokens: 1000, outputTokens: 500, source: 'reported' }, { input: 2, output: 8 }) // 0.006
 * ```
 */
export function usageCost(usage: Usage, price: ModelPrice): number | undefined {
  const { inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage
  if (inputTokens === undefined || outputTokens === undefined) return undefined
  const { input, output, cacheRead = input, cacheWrite = input } = price
  const plain = inputTokens - cacheReadTokens - cacheWriteTokens
  return (plain * input + cacheReadTokens * cacheRead + cacheWriteTokens * cacheWrite + outputTokens * output) / 1e6
}
