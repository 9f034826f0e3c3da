import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cosineSimilarity } from './cosine-similarity.ts'

test.each([
  [[1, 0], [1, 0], 1],
  [[1, 0], [0, 1], 0],
  [[1, 0], [-2, 0], -1],
  [[3, 4], [4, 3], 0.96],
  [[0, 0], [1, 1], 0],
  [[], [], 0],
])('%j and %j: %d', (a, b, expected) => {
  expect(cosineSimilarity(a, b)).toBeCloseTo(expected, 10)
  expect(cosineSimilarity(Float32Array.from(a), Float32Array.from(b))).toBeCloseTo(expected, 6)
})

test('is between -1 and 1, the same both ways, and does not change with length', () => {
  const vector = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 3, maxLength: 3 })
  fc.assert(
    fc.property(vector, vector, (a, b) => {
      const similarity = cosineSimilarity(a, b)
      expect(Math.abs(similarity)).toBeLessThanOrEqual(1 + 1e-12)
      expect(cosineSimilarity(b, a)).toBe(similarity)
      expect(cosineSimilarity(a.map(value => value * 7), b)).toBeCloseTo(similarity, 10) // prettier-ignore
    }),
  )
})

test('vectors of different spaces are not compared', () => {
  expect(() => cosineSimilarity([1, 2], [1, 2, 3])).toThrow('2 and 3 dimensions')
})
