/** US dollars for a million tokens: the same for every request, or higher for those with a long input. */
export type TokenPrice =
  | number
  | {
      readonly base: number
      /** From how many input tokens on all tokens of the request cost something else. Smallest first. */
      readonly tiers: readonly { readonly above: number; readonly price: number }[]
    }

/**
 * What a model costs. A kind of token without a price of its own costs what the kind above it costs: cached, audio and
 * image tokens what `input` or `output` says, reasoning what `output` says.
 *
 * @example
 * ```ts
 * import type { Price } from '@llm/cost'
 *
 * const price: Price = {
 *   input: { base: 2, tiers: [{ above: 200_000, price: 4 }] },
 *   output: 8,
 *   cacheRead: 0.2,
 *   webSearch: 0.01,
 * }
 * ```
 */
export interface Price {
  readonly input: TokenPrice
  readonly output: TokenPrice
  readonly cacheRead?: TokenPrice | undefined
  readonly cacheWrite?: TokenPrice | undefined
  /** Written to the cache for an hour, where that costs more. */
  readonly cacheWrite1h?: TokenPrice | undefined
  readonly reasoning?: TokenPrice | undefined
  readonly inputAudio?: TokenPrice | undefined
  readonly outputAudio?: TokenPrice | undefined
  readonly inputImage?: TokenPrice | undefined
  readonly outputImage?: TokenPrice | undefined
  /** US dollars for one search of the web. */
  readonly webSearch?: number | undefined
  /** US dollars for one search of uploaded files. */
  readonly fileSearch?: number | undefined
  /** US dollars for a minute of sound. */
  readonly audioMinute?: number | undefined
  /** What a batch pays of the price of its tokens: 0.5 is half. Defaults to what the host is known to take. */
  readonly batch?: number | undefined
}

/** Own prices, by provider id and then by model. The model `*` stands for every other model there. */
export type PriceList = Readonly<Record<string, Readonly<Record<string, Price>>>>
