/** What a store keeps for a key. */
export interface CacheEntry {
  readonly value: string
  /** When it is no longer true, in milliseconds since 1970. Absent: never. */
  readonly expiresAt?: number | undefined
}

/** How full a store is, as far as it knows. */
export interface StoreStats {
  readonly entries?: number | undefined
  readonly bytes?: number | undefined
  /** How many entries had to make room for others. */
  readonly evictions?: number | undefined
}

/**
 * Where a cache keeps its entries. A method may answer at once or with a promise, and may throw: the cache then does without
 * it. An entry whose `set` is done must be there for every other user of the store.
 *
 * @example
 * ```ts
 * import type { CacheEntry, CacheStore } from '@llm/cache'
 *
 * const entries = new Map<string, CacheEntry>()
 * const store: CacheStore = {
 *   get: key => entries.get(key)?.value,
 *   set: (key, entry) => void entries.set(key, entry),
 *   delete: key => void entries.delete(key),
 *   clear: () => entries.clear(),
 * }
 * ```
 */
export interface CacheStore {
  /** What is kept for a key and has not expired. */
  get(key: string): string | undefined | Promise<string | undefined>
  set(key: string, entry: CacheEntry): void | Promise<void>
  delete(key: string): void | Promise<void>
  /** Forgets every key that begins so, or all. */
  clear(prefix?: string): void | Promise<void>
  /** Every entry whose key begins so. Only the semantic cache needs it. */
  list?(prefix: string): Iterable<readonly [key: string, value: string]> | AsyncIterable<readonly [string, string]>
  /** Forgets what has expired, and says how many entries that were. For stores that do not by themselves. */
  prune?(): number | Promise<number>
  stats?(): StoreStats | Promise<StoreStats>
  close?(): void | Promise<void>
}
