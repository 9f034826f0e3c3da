import { checkSettings } from '@llm/core'
import type { CacheEntry, CacheStore } from './store.ts'

/** What {@link memoryStore} takes. */
export interface MemoryStoreOptions {
  /**
   * The most bytes of keys and values, two for each character. What was used longest ago makes room.
   *
   * @default 64 MiB
   */
  readonly maxBytes?: number | undefined
}

const MAX_BYTES = 64 * 2 ** 20

/**
 * Keeps entries in the memory of this process.
 *
 * @throws {@link ConfigurationError} for unknown options and a size that is not above 0.
 * @example
 * ```ts
 * import { cache, memoryStore } from '@llm/cache'
 *
 * const cached = cache({ store: memoryStore({ maxBytes: 16 * 2 ** 20 }) })
 * ```
 */
export function memoryStore(options: MemoryStoreOptions = {}): CacheStore {
  const { maxBytes = MAX_BYTES } = checkSettings('memoryStore', options, { maxBytes: { type: 'count' } })
  return new MemoryStore(maxBytes)
}

/** A `Map` remembers the order in which keys were put in: the first is the one that was used longest ago. */
class MemoryStore implements CacheStore {
  #entries: Map<string, CacheEntry> = new Map()
  #maxBytes: number
  #bytes = 0
  #evictions = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get(key: string): string | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (hasExpired(entry)) {
      this.delete(key)
      return undefined
    }
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  set(key: string, entry: CacheEntry): void {
    this.delete(key)
    const size = sizeOf(key, entry)
    if (size > this.#maxBytes) return
    this.#entries.set(key, entry)
    this.#bytes += size
    while (this.#bytes > this.#maxBytes) this.#evict()
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#bytes -= sizeOf(key, entry)
  }

  clear(prefix: string = ''): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.delete(key)
  }

  /** A copy: who goes through it may set what is in it. */
  list(prefix: string): (readonly [string, string])[] {
    return [...this.#entries].flatMap(([key, entry]) =>
      key.startsWith(prefix) && !hasExpired(entry) ? [[key, entry.value] as const] : [],
    )
  }

  prune(): number {
    const before = this.#entries.size
    for (const [key, entry] of this.#entries) if (hasExpired(entry)) this.delete(key)
    return before - this.#entries.size
  }

  stats(): { entries: number; bytes: number; evictions: number } {
    return { entries: this.#entries.size, bytes: this.#bytes, evictions: this.#evictions }
  }

  #evict(): void {
    const [oldest] = this.#entries.keys()
    if (oldest === undefined) return
    this.delete(oldest)
    this.#evictions += 1
  }
}

function hasExpired({ expiresAt }: CacheEntry): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now()
}

function sizeOf(key: string, { value }: CacheEntry): number {
  return 2 * (key.length + value.length)
}
