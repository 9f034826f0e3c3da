import type { Durations, UsageGroup, UsageTotals } from './repository.ts'

export const COUNTS = [
  'requests',
  'successes',
  'errors',
  'aborted',
  'interrupted',
  'cacheHits',
  'attempts',
  'unpriced',
] as const

/** Sums of which nothing may be known. */
export const SUMS = [
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'cost',
] as const

export const TIMES = ['ms', 'firstTokenMs'] as const

/** Which request of a hundred, in order of length. */
export const RANKS = { p50: 0.5, p95: 0.95, p99: 0.99 } as const

/** What groups without a request in common come to. */
export function sumGroups(groups: readonly UsageGroup[]): UsageTotals {
  const add = (key: keyof UsageTotals): number => groups.reduce((sum, group) => sum + ((group[key] as number) ?? 0), 0)
  const known = SUMS.filter(key => groups.some(group => group[key] !== undefined))
  return {
    ...(Object.fromEntries(COUNTS.map(key => [key, add(key)])) as Record<(typeof COUNTS)[number], number>),
    ...Object.fromEntries(known.map(key => [key, add(key)])),
    ...Object.fromEntries(TIMES.flatMap(key => meanOf(key, groups))),
  }
}

function meanOf(key: (typeof TIMES)[number], groups: readonly UsageGroup[]): [string, Durations][] {
  const parts = groups.flatMap(group => group[key] ?? [])
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  return count === 0
    ? []
    : [[key, { count, mean: parts.reduce((sum, part) => sum + part.mean * part.count, 0) / count }]]
}
