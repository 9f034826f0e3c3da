/** A seeded source of randomness: the same seed gives the same numbers. */
export interface Random {
  /** From 0, and below 1. */
  next(): number
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number
  /** One of the items. */
  pick<T>(items: readonly T[]): T
}

/**
 * Randomness for tests and simulations (the mulberry32 generator).
 *
 * @example
 * ```ts
 * import { createRandom } from '@llm/core/testing'
 *
 * createRandom(1).integer(1, 6) === createRandom(1).integer(1, 6) // true
 * ```
 */
export function createRandom(seed: number): Random {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return { next, integer, pick: items => items[integer(0, items.length - 1)] as (typeof items)[number] }
}
