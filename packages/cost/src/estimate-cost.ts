import {
  checkSettings,
  estimateTokens,
  type CompletionRequest,
  type SettingsSpec,
  type TokenCount,
  type Usage,
  type Warning,
} from '@llm/core'
import { costOf, type CostOptions, type PricingOptions } from './cost-of.ts'

/** What a call is estimated by. */
export interface EstimateCostOptions extends PricingOptions {
  /** The id of the provider that will be called. */
  readonly provider: string
  /** The input's size, where it was counted already. Defaults to an estimate. */
  readonly tokens?: TokenCount | undefined
  /** The call will be part of a batch. */
  readonly batch?: boolean | undefined
}

/** What a call would cost. `cost` is absent where that is not known, and a warning says why. */
export interface CostEstimate {
  /** US dollars: from no answer to the longest one. Tokens that come from the host's prompt cache cost less than `min`. */
  readonly cost?: { readonly min: number; readonly max: number }
  /** The input's size that it is based on. */
  readonly tokens: TokenCount
  readonly warnings: readonly Warning[]
}

const OPTIONS: SettingsSpec<EstimateCostOptions> = {
  prices: { type: 'record' },
  provider: { type: 'string' },
  tokens: { type: 'record' },
  batch: { type: 'boolean' },
}

/**
 * What a call would cost, in US dollars, before it is made. The upper end is the answer of `maxTokens`, or the longest that
 * the model's spec allows; without either it is not known.
 *
 * @throws {@link ConfigurationError} for an option that does not exist.
 * @example
 * ```ts
 * import { estimateCost } from '@llm/cost'
 *
 * const messages = [{ role: 'user' as const, content: 'Write a poem.' }]
 * const { cost } = await estimateCost({ model: 'gpt-5-mini', messages, maxTokens: 500 }, { provider: 'openai' })
 * if (cost !== undefined) console.log(`between ${cost.min} and ${cost.max} dollars`)
 * ```
 */
export async function estimateCost(request: CompletionRequest, options: EstimateCostOptions): Promise<CostEstimate> {
  checkSettings('estimateCost', options, OPTIONS)
  const { tokens: counted, ...pricing } = options
  const tokens = counted ?? (await estimateTokens(request))
  const longest = request.maxTokens ?? request.spec?.maxOutputTokens
  if (longest === undefined) {
    const message = 'How long the answer may be is not known. Set maxTokens.'
    return { tokens, warnings: [{ code: 'unknown-price', message, parameter: 'maxTokens' }] }
  }
  const { errorBound = 0, inputTokens } = tokens
  const priced: CostOptions = { ...pricing, model: request.model, spec: request.spec }
  const [min, max] = await Promise.all([
    costOf(estimated(inputTokens * (1 - errorBound), 0), priced),
    costOf(estimated(inputTokens * (1 + errorBound), longest), priced),
  ])
  if (min.cost === undefined || max.cost === undefined) return { tokens, warnings: max.warnings }
  return { cost: { min: min.cost.total, max: max.cost.total }, tokens, warnings: [] }
}

function estimated(inputTokens: number, outputTokens: number): Usage {
  return { inputTokens, outputTokens, source: 'estimated' }
}
