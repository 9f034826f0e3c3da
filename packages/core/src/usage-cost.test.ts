import { expect, test } from 'vitest'
import { usageCost } from './usage-cost.ts'

const price = { input: 2, output: 8, cacheRead: 0.5, cacheWrite: 2.5 }

test('prices each bucket by itself', () => {
  const usage = {
    inputTokens: 1_000_000,
    cacheReadTokens: 200_000,
    cacheWriteTokens: 100_000,
    outputTokens: 500_000,
    source: 'reported',
  } as const
  expect(usageCost(usage, price)).toBeCloseTo(1.4 + 0.1 + 0.25 + 4, 10)
  expect(usageCost(usage, { input: 2, output: 8 })).toBeCloseTo(2 + 4, 10)
})

test('says nothing of what is not known', () => {
  expect(usageCost({ inputTokens: 5, source: 'reported' }, price)).toBeUndefined()
  expect(usageCost({ outputTokens: 5, source: 'reported' }, price)).toBeUndefined()
})
