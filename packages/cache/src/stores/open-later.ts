import type { CacheStore } from './store.ts'

/** How long a store that does not answer keeps the process alive. */
const HOLD_MS = 30_000

/** A store that is opened at its first use, and anew at the next one as long as it has never worked. */
export function openLater(open: () => Promise<CacheStore>): CacheStore {
  let opened: Promise<CacheStore> | undefined
  let hasWorked = false
  const close = async (): Promise<void> => {
    const closing = opened
    opened = undefined
    hasWorked = false
    await (await closing)?.close?.()
  }
  const use = async <T>(step: (store: CacheStore) => T | Promise<T>): Promise<T> => {
    const used = (opened ??= open())
    // What is under way keeps the process alive, as an open connection alone does not.
    const hold = setTimeout(() => undefined, HOLD_MS)
    try {
      const done = await step(await used)
      hasWorked = true
      return done
    } catch (error) {
      if (!hasWorked && opened === used) await close().catch(() => undefined)
      throw error
    } finally {
      clearTimeout(hold)
    }
  }
  return {
    get: key => use(store => store.get(key)),
    set: (key, entry) => use(store => store.set(key, entry)),
    delete: key => use(store => store.delete(key)),
    clear: prefix => use(store => store.clear(prefix)),
    prune: () => use(store => store.prune?.() ?? 0),
    stats: () => use(store => store.stats?.() ?? {}),
    close,
    async *list(prefix) {
      yield* await use(store => store.list?.(prefix) ?? [])
    },
  }
}
