import type { Usage } from '@llm/core'
import { readChatUsage, type ChatUsage } from '@llm/protocol-openai'

/**
 * For hosts whose total holds more than their two counts: which of the two lacks it. xAI counts reasoning beside the
 * output, Mistral counts sound beside the input; here both are inside.
 */
export function withRest(side: 'inputTokens' | 'outputTokens'): (usage: ChatUsage) => Usage {
  return usage => {
    const read = readChatUsage(usage)
    const { inputTokens = 0, outputTokens = 0, totalTokens = 0 } = read
    const rest = totalTokens - inputTokens - outputTokens
    return rest > 0 ? { ...read, [side]: (read[side] ?? 0) + rest } : read
  }
}

type AnyUsage = Readonly<Record<string, unknown>>

/** xAI counts in ten-billionths of a dollar. Source: https://docs.x.ai/docs/key-information/consumption-and-rate-limits */
export function readTicks({ cost_in_usd_ticks: ticks }: AnyUsage): number | undefined {
  return typeof ticks === 'number' ? ticks / 1e10 : undefined
}

/** Source: https://docs.perplexity.ai/getting-started/pricing */
export function readTotalCost({ cost }: AnyUsage): number | undefined {
  const total = (cost as { readonly total_cost?: unknown } | undefined)?.total_cost
  return typeof total === 'number' ? total : undefined
}
