import { balance } from '@llm/core'
import { expect, test } from 'vitest'
import { measureChaos } from './chaos.ts'

test(
  'of 10,000 calls to three endpoints that fail 30 % of their requests, at least 99.9 % are answered, and none twice',
  { timeout: 240_000 },
  async () => {
    const { answered, requests, answeredTwice, wrong } = await measureChaos(10_000)
    expect(answered).toBeGreaterThanOrEqual(9_990)
    expect(answeredTwice).toBe(0)
    expect(wrong.slice(0, 3)).toEqual([])
    // At 30 %, a call takes 1.43 tries on average.
    expect(requests).toBeGreaterThan(14_000)
    expect(requests).toBeLessThan(14_600)
  },
)

test('of 2000 calls that they share, at least 99.9 % are answered, and none twice', { timeout: 240_000 }, async () => {
  const { answered, answeredTwice, wrong } = await measureChaos(2000, balance)
  expect(answered).toBeGreaterThanOrEqual(1998)
  expect(answeredTwice).toBe(0)
  expect(wrong.slice(0, 3)).toEqual([])
})
