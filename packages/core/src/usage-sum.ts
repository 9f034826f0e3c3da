import type { Usage } from './usage.ts'

const COUNTS = [
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'inputAudioTokens',
  'outputAudioTokens',
  'inputImageTokens',
  'outputImageTokens',
] as const satisfies readonly (keyof Usage)[]

/**
 * What several calls used together. A count that none of them gave stays unknown.
 *
 * @example
 * ```ts
 * import { sumUsage } from '@llm/core'
 *
 * sumUsage([
 *   { inputTokens: 10, source: 'reported' },
 *   { inputTokens: 5, outputTokens: 2, source: 'reported' },
 * ]) // { inputTokens: 15, outputTokens: 2, source: 'reported' }
 * ```
 */
export function sumUsage(usages: readonly Usage[]): Usage {
  const sum: Partial<Record<(typeof COUNTS)[number], number>> = {}
  for (const usage of usages) {
    for (const key of COUNTS) {
      const count = usage[key]
      if (count !== undefined) sum[key] = (sum[key] ?? 0) + count
    }
  }
  return { ...sum, source: usages.some(({ source }) => source === 'estimated') ? 'estimated' : 'reported' }
}
