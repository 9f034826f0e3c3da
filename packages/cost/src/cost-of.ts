import { checkSettings, lazy, type Cost, type ModelSpec, type SettingsSpec, type Usage, type Warning } from '@llm/core'
import { billedUnits, type BilledUnits, type ToolUse } from './billed-units.ts'
import { chargeListed, type Catalogue } from './catalogue.ts'
import { whatIsMissing, type Charge } from './charge.ts'
import { batchPrice, isOwnHost } from './hosts.ts'
import { chargeOwnPrice } from './own-price.ts'
import type { Price, PriceList } from './price.ts'

/** How calls are priced. */
export interface PricingOptions {
  /** Own prices, over those of the catalogue: negotiated ones, new models, machines of your own. */
  readonly prices?: PriceList | undefined
}

/** What is priced. */
export interface CostOptions extends PricingOptions {
  /** The model, as the host names it. */
  readonly model: string
  /** The id of the provider that answered. */
  readonly provider: string
  /** What the family knows of the model: its own name, for hosts that give it another, and its price. */
  readonly spec?: Pick<ModelSpec, 'id' | 'family' | 'price'> | undefined
  /** What the host itself says that it billed. It goes before every price. */
  readonly reported?: Cost | undefined
  readonly toolUse?: ToolUse | undefined
  /** How much sound there was, for models that bill by its length. */
  readonly audioSeconds?: number | undefined
  /** The call was part of a batch. */
  readonly batch?: boolean | undefined
  /** When the call was made, as prices change. Defaults to now. */
  readonly at?: Date | undefined
}

/** What a call cost. `cost` is absent where that is not known, and a warning says why. */
export interface PricedUsage {
  readonly cost?: Cost
  readonly warnings: readonly Warning[]
}

/** Prices a usage, now that the catalogue is loaded. */
export type Pricer = (usage: Usage, options: CostOptions) => PricedUsage

const OPTIONS: SettingsSpec<CostOptions> = {
  prices: { type: 'record' },
  model: { type: 'string' },
  provider: { type: 'string' },
  spec: { type: 'record' },
  reported: { type: 'record' },
  toolUse: { type: 'record' },
  audioSeconds: { type: 'number' },
  batch: { type: 'boolean' },
  at: { type: 'record' },
}

/** Loads the price catalogue, once. */
export const loadPricer: () => Promise<Pricer> = lazy(async () => {
  const catalogue = await import('@pydantic/genai-prices')
  return (usage, options) => price(catalogue, usage, options)
})

/**
 * What a call cost, in US dollars: what the host itself billed, else by your own prices, else by the price catalogue, else
 * by the price in the model's spec at its maker's own host. What none of them knows is unknown: no cost, and a warning.
 *
 * @throws {@link ConfigurationError} for an option that does not exist.
 * @example
 * ```ts
 * import { costOf } from '@llm/cost'
 *
 * const usage = { inputTokens: 10_000, outputTokens: 500, cacheReadTokens: 8000, source: 'reported' as const }
 * const { cost, warnings } = await costOf(usage, { provider: 'openai', model: 'gpt-5-mini' })
 * console.log(cost?.total ?? warnings[0]?.message)
 * ```
 */
export async function costOf(usage: Usage, options: CostOptions): Promise<PricedUsage> {
  checkSettings('costOf', options, OPTIONS)
  return (await loadPricer())(usage, options)
}

function price(catalogue: Catalogue, usage: Usage, options: CostOptions): PricedUsage {
  const { provider, model, reported, toolUse, audioSeconds } = options
  if (reported !== undefined) return { cost: reported, warnings: [] }
  const units = billedUnits({ usage, toolUse, audioSeconds })
  const override = findOverride(options)
  const charge = override === undefined ? chargeAsListed(catalogue, options, units) : chargeOwnPrice(override, units)
  if (charge === undefined) return unknown(`No price is known for ${model} at ${provider}. Give one in \`prices\`.`)
  const problem = typeof charge === 'string' ? charge : whatIsMissing(charge, units)
  if (typeof charge === 'string' || problem !== undefined) {
    return unknown(`What ${model} at ${provider} cost cannot be told: ${problem}.`)
  }
  const factor = options.batch === true ? (override?.batch ?? batchPrice(provider)) : 1
  if (factor === undefined) return unknown(`What a batch costs at ${provider} is not known.`)
  const source = override === undefined ? 'catalogue' : 'override'
  return { cost: { total: charge.tokens * factor + charge.apart, source }, warnings: [] }
}

function findOverride({ provider, model, spec, prices }: CostOptions): Price | undefined {
  const own = prices?.[provider]
  return own?.[model] ?? (spec === undefined ? undefined : own?.[spec.id]) ?? own?.['*']
}

/** By the catalogue's price at this host, else by the one that the model's maker takes at its own. */
function chargeAsListed(
  catalogue: Catalogue,
  { provider, model, spec, at = new Date() }: CostOptions,
  units: BilledUnits,
): Charge | string | undefined {
  const names = spec === undefined ? [model] : [model, spec.id]
  const listed = chargeListed(catalogue, { provider, names, at }, units)
  if (listed !== undefined || spec?.price === undefined || !isOwnHost(spec.family, provider)) return listed
  return chargeOwnPrice(spec.price, units)
}

function unknown(message: string): PricedUsage {
  return { warnings: [{ code: 'unknown-price', message }] }
}
