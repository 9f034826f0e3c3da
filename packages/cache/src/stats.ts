import { usageCost, type Completion, type CompletionRequest, type Usage } from '@llm/core'

/** What a cache has done since it was made, and how full its store is. */
export interface CacheStats {
  /** Calls that needed no call of their own. */
  readonly hits: number
  /** How many of them were asked in other words: see {@link SemanticOptions}. */
  readonly semanticHits: number
  /** Calls that were made, as the store had no answer to them. */
  readonly misses: number
  /** Entries that the store has acknowledged. */
  readonly writes: number
  /** Times that the store could not be read or written, or was not asked as it had not answered. */
  readonly errors: number
  /** Entries that had to make room for others, since the store was made; absent where the store does not say. */
  readonly evictions?: number | undefined
  /** How many answers the store has; absent where it does not say. Those of other processes are among them. */
  readonly entries?: number | undefined
  /** How large they are together; absent where the store does not say. */
  readonly bytes?: number | undefined
  /** Tokens that were not used again, as far as their number is known. */
  readonly savedTokens: number
  /** US dollars that were not spent again, as far as prices are known. */
  readonly savedCost: number
}

/** The counts that a cache keeps itself. */
export type Counters = {
  -readonly [K in Exclude<keyof CacheStats, 'evictions' | 'entries' | 'bytes'>]: CacheStats[K]
}

/** Counters at 0. */
export function createCounters(): Counters {
  return { hits: 0, semanticHits: 0, misses: 0, writes: 0, errors: 0, savedTokens: 0, savedCost: 0 }
}

/** What an answer took when it was made. */
interface Spent {
  readonly usage?: Usage | undefined
  readonly cost?: Completion['cost'] | undefined
}

/** Counts a hit, and what the answer took when it was made. */
export function countHit(counters: Counters, spent: Spent, request?: Pick<CompletionRequest, 'spec'>): void {
  counters.hits += 1
  countSaved(counters, spent, request)
}

/** Counts what was not spent again. */
export function countSaved(
  counters: Counters,
  { usage, cost }: Spent,
  { spec }: Pick<CompletionRequest, 'spec'> = {},
): void {
  const priced = usage && spec?.price && usageCost(usage, spec.price)
  counters.savedTokens += usage?.totalTokens ?? 0
  counters.savedCost += cost?.total ?? priced ?? 0
}
