import { ValidationError } from '../errors/validation-error.ts'

/**
 * How alike two vectors are in direction: 1 is the same, 0 unrelated, -1 opposite. A vector of zeros is like none: 0.
 *
 * @throws {@link ValidationError} where they differ in length, and so cannot be of one space.
 * @example
 * ```ts
 * import { cosineSimilarity } from '@llm/core'
 *
 * cosineSimilarity(Float32Array.of(1, 0), Float32Array.of(1, 1)) // 0.707...
 * ```
 */
export function cosineSimilarity(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) {
    throw new ValidationError({
      message: `Vectors of ${String(a.length)} and ${String(b.length)} dimensions cannot be compared.`,
      hint: 'Compare only vectors of the same model and dimensions.',
    })
  }
  let dot = 0
  let lengthA = 0
  let lengthB = 0
  for (let index = 0; index < a.length; index++) {
    const x = a[index] ?? 0
    const y = b[index] ?? 0
    dot += x * y
    lengthA += x * x
    lengthB += y * y
  }
  const lengths = Math.sqrt(lengthA) * Math.sqrt(lengthB)
  return lengths === 0 ? 0 : dot / lengths
}
