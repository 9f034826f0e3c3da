import { expect, test } from 'vitest'
import { distribution } from './statistics.ts'

test.each<[readonly number[], ReturnType<typeof distribution>]>([
  [[], undefined],
  [[5], { median: 5, p95: 5 }],
  [[3, 1, 2], { median: 2, p95: 3 }],
  [[4, 1, 3, 2], { median: 2.5, p95: 4 }],
  [Array.from({ length: 100 }, (_, index) => index + 1), { median: 50.5, p95: 95 }],
])('%j', (values, figures) => {
  expect(distribution(values)).toEqual(figures)
})
