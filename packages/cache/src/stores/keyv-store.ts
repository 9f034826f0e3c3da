import type { CacheStore } from './store.ts'

/** What is used of a Keyv: `new Keyv(adapter)` is one. */
export interface KeyvLike {
  get(key: string): Promise<unknown>
  set(key: string, value: unknown, ttl?: number): Promise<boolean>
  delete(key: string): Promise<boolean>
  clear(): Promise<void>
  readonly iterator?: ((namespace?: string) => AsyncIterable<unknown>) | undefined
  disconnect?(): Promise<void>
  on?(event: 'error', listener: (error: unknown) => void): unknown
}

/**
 * Keeps entries wherever Keyv can: MongoDB, etcd, Memcached and others, through adapters of your choice. Set Keyv's
 * `throwOnErrors`, so that the cache is told of them. For Redis and PostgreSQL there are {@link redisStore} and
 * {@link postgresStore}.
 *
 * @example
 * ```ts
 * import { cache, keyvStore, type KeyvLike } from '@llm/cache'
 *
 * declare const keyv: KeyvLike // such as new Keyv({ store: new KeyvEtcd('localhost:2379'), throwOnErrors: true })
 *
 * const cached = cache({ store: keyvStore(keyv) })
 * ```
 */
export function keyvStore(keyv: KeyvLike): CacheStore {
  let failure: unknown
  // Keyv tells some errors by an event alone.
  keyv.on?.('error', error => {
    failure = error
  })
  const checked = async <T>(step: () => Promise<T>, isDone: (result: T) => boolean): Promise<T> => {
    failure = undefined
    const result = await step()
    if (failure !== undefined && !isDone(result)) throw failure as Error
    return result
  }
  const iterate = keyv.iterator?.bind(keyv)
  return {
    async get(key) {
      const value = await checked(
        () => keyv.get(key),
        found => found !== undefined,
      )
      return typeof value === 'string' ? value : undefined
    },
    async set(key, { value, expiresAt }) {
      const ttl = expiresAt === undefined ? undefined : Math.ceil(expiresAt - Date.now())
      // Keyv takes 0 for no limit.
      if (ttl !== undefined && ttl <= 0) return void (await keyv.delete(key))
      if (
        await checked(
          () => keyv.set(key, value, ttl),
          kept => kept,
        )
      )
        return
      throw new Error('The adapter has not kept the entry.')
    },
    async delete(key) {
      await keyv.delete(key)
    },
    async clear(prefix) {
      const forget = async (): Promise<void> => {
        for await (const [key] of pairs(iterate, prefix ?? '')) await keyv.delete(key)
      }
      await checked(prefix === undefined ? () => keyv.clear() : forget, () => false)
    },
    async close() {
      await keyv.disconnect?.()
    },
    list: prefix => pairs(iterate, prefix),
  }
}

/** Nothing, where the adapter cannot tell. */
async function* pairs(iterate: KeyvLike['iterator'], prefix: string): AsyncGenerator<readonly [string, string]> {
  for await (const pair of iterate?.() ?? []) {
    const [key, value] = pair as [unknown, unknown]
    if (typeof key === 'string' && typeof value === 'string' && key.startsWith(prefix)) yield [key, value]
  }
}
