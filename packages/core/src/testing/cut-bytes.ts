import type { Random } from './random.ts'

/**
 * Cuts bytes into pieces at random places, as a network may: a correct reader gives the same result for every cut.
 *
 * @example
 * ```ts
 * import { createRandom, cutBytes } from '@llm/core/testing'
 *
 * cutBytes(new TextEncoder().encode('data: hello'), createRandom(7))
 * ```
 */
export function cutBytes(bytes: Uint8Array, random: Random, maxLength: number = 64): readonly Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let start = 0; start < bytes.length;) {
    const end = start + random.integer(1, maxLength)
    pieces.push(bytes.slice(start, end))
    start = end
  }
  return pieces
}
