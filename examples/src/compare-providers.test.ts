import { benchmarkTable } from '@llm/core'
import { expect, test } from 'vitest'
import { compareProviders } from './compare-providers.ts'

test('one model is compared over three hosts', async () => {
  const seen: string[] = []
  const result = await compareProviders({ rounds: 3, speed: 20, onProgress: ({ run }) => seen.push(run.provider) })
  expect(result.rows.map(({ provider, calls, errors }) => [provider, calls, errors])).toEqual([
    ['groq', 6, 0],
    ['openrouter', 6, 0],
    ['bedrock', 6, 0],
  ])
  expect(seen.slice(0, 4)).toEqual(['groq', 'openrouter', 'bedrock', 'groq'])
  for (const { firstTokenMs, totalMs, tokensPerSecond, compliance } of result.rows) {
    expect(compliance).toBeCloseTo(4 / 6)
    expect(firstTokenMs?.median).toBeGreaterThan(1)
    expect(totalMs?.median).toBeGreaterThan(firstTokenMs?.median ?? Infinity)
    expect(tokensPerSecond?.median).toBeGreaterThan(0)
  }
  expect(benchmarkTable(result).split('\n')).toHaveLength(5)
})
