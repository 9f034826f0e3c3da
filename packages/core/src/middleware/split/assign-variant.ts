/** What is chosen from. */
export interface WeightedVariant {
  readonly name: string
  readonly weight: number
}

/**
 * The variant that a key belongs to: always the same, in every process, in proportion to the weights. When a weight grows or
 * a variant is new, keys move to that one and none between the others.
 *
 * It is the weighted form of https://en.wikipedia.org/wiki/Rendezvous_hashing.
 */
export function variantOfKey<V extends WeightedVariant>(test: string, key: string, variants: readonly V[]): V {
  const scoreOf = ({ name, weight }: V): number => {
    const uniform = (hashText(JSON.stringify([test, name, key])) + 0.5) / 2 ** 32
    return -weight / Math.log(uniform)
  }
  return variants
    .map(variant => ({ variant, score: scoreOf(variant) }))
    .reduce((best, other) => (other.score > best.score ? other : best)).variant
}

/** A variant in proportion to the weights. `random` is from 0 and below 1. */
export function variantAtRandom<V extends WeightedVariant>(variants: readonly V[], random: number): V {
  let left = random * variants.reduce((sum, { weight }) => sum + weight, 0)
  const chosen = variants.find(({ weight }) => (left -= weight) < 0)
  return chosen ?? (variants.at(-1) as V)
}

/** 32-bit FNV-1a of the text's UTF-8: http://www.isthe.com/chongo/tech/comp/fnv/. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** FNV leaves the last letters of a text in the low bits, and keys often differ in those alone: MurmurHash3 mixes them. */
export function hashText(text: string): number {
  let hash = fnv1a(text)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
