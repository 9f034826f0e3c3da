import type { BilledUnits } from './billed-units.ts'

/** What some use comes to, in US dollars. */
export interface Charge {
  readonly tokens: number
  /** What is billed apart from tokens: searches, sound by its length. A batch has no discount on it. */
  readonly apart: number
  /** What has a price, by the catalogue's names. */
  readonly prices: Readonly<Record<string, number | { readonly base: number } | undefined>>
}

/** What costs something and must have been counted for the sum to be one. */
const NEEDED = [
  ['input_mtok', 'input_tokens', 'input tokens'],
  ['output_mtok', 'output_tokens', 'output tokens'],
  ['input_audio_hours', 'input_audio_seconds', 'seconds of sound'],
] as const

/** What is billed apart from tokens, so that leaving it out would make it free. */
const APART = [
  ['web_searches_kcount', 'web_searches', 'web searches'],
  ['storage_searches_kcount', 'storage_searches', 'file searches'],
] as const

/** Why a sum is none: something was not counted, or has no price. */
export function whatIsMissing({ prices }: Charge, units: BilledUnits): string | undefined {
  const uncounted = NEEDED.find(([price, unit]) => costs(prices[price]) && units[unit] === undefined)
  if (uncounted !== undefined) return `the number of ${uncounted[2]} is not known`
  const isFree = !Object.values(prices).some(costs)
  const unpriced = APART.find(([price, unit]) => !isFree && prices[price] === undefined && (units[unit] ?? 0) > 0)
  return unpriced === undefined ? undefined : `the price of ${unpriced[2]} is not known`
}

function costs(price: Charge['prices'][string]): boolean {
  return typeof price === 'object' ? price.base > 0 : (price ?? 0) > 0
}
