import type { BilledUnits } from './billed-units.ts'
import type { Charge } from './charge.ts'
import type { Price, TokenPrice } from './price.ts'

const PER_MILLION = 1e6

/** What some use comes to at a price, or why that cannot be said. The kinds of tokens are disjoint parts of a total. */
export function chargeOwnPrice(price: Price, units: BilledUnits): Charge | string {
  const { input_tokens: input = 0 } = units
  const cacheWrite1h = units.cache_write_1h_tokens ?? 0
  const cacheWrite = price.cacheWrite ?? price.input
  const inputs = part(input, price.input, [
    [units.cache_read_tokens, price.cacheRead],
    [cacheWrite1h, price.cacheWrite1h ?? cacheWrite],
    [(units.cache_write_tokens ?? 0) - cacheWrite1h, cacheWrite],
    [units.input_audio_tokens, price.inputAudio],
    [units.input_image_tokens, price.inputImage],
  ])
  const outputs = part(units.output_tokens ?? 0, price.output, [
    [units.output_reasoning_tokens, price.reasoning],
    [units.output_audio_tokens, price.outputAudio],
    [units.output_image_tokens, price.outputImage],
  ])
  if (inputs === undefined || outputs === undefined) return 'its parts are more than the whole'
  const dollars = (counts: Counts): number =>
    counts.reduce((sum, [count, price]) => sum + (count * priceAt(price, input)) / PER_MILLION, 0)
  const apart =
    (units.web_searches ?? 0) * (price.webSearch ?? 0) +
    (units.storage_searches ?? 0) * (price.fileSearch ?? 0) +
    ((units.input_audio_seconds ?? 0) / 60) * (price.audioMinute ?? 0)
  return { tokens: dollars(inputs) + dollars(outputs), apart, prices: namesOf(price) }
}

type Counts = readonly (readonly [count: number, price: TokenPrice])[]
type Parts = readonly (readonly [count: number | undefined, price: TokenPrice | undefined])[]

/** Each kind of token at its price, and what is left at the price of the whole. */
function part(total: number, price: TokenPrice, parts: Parts): Counts | undefined {
  const special = parts.map(([count = 0, own = price]) => [count, own] as const)
  const left = special.reduce((rest, [count]) => rest - count, total)
  return left < 0 || special.some(([count]) => count < 0) ? undefined : [...special, [left, price]]
}

function priceAt(price: TokenPrice, input: number): number {
  if (typeof price === 'number') return price
  return price.tiers.findLast(({ above }) => input > above)?.price ?? price.base
}

/** What costs something, as the catalogue calls it, and what is known to be free. */
function namesOf(price: Price): Charge['prices'] {
  return {
    input_mtok: priceAt(price.input, 0),
    output_mtok: priceAt(price.output, 0),
    web_searches_kcount: price.webSearch,
    storage_searches_kcount: price.fileSearch,
    input_audio_hours: price.audioMinute,
  }
}
