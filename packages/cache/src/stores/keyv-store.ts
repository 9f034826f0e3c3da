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
  const throwFailure = (otherwise?: Error): void => {
    const error = failure ?? otherwise
    failure = undefined
    if (error !== undefined) throw error as Error
  }
  const iterate = keyv.iterator?.bind(keyv)
  return {
    async get(key) {
      const value = await keyv.get(key)
      if (typeof value === 'string') return value
      throwFailure()
      return undefined
    },
    async set(key, { value, expiresAt }) {
      const ttl = expiresAt === undefined ? undefined : Math.ceil(expiresAt - Date.now())
      // Keyv takes 0 for no limit.
      if (ttl !== undefined && ttl <= 0) return void (await keyv.delete(key))
      if (!(await keyv.set(key, value, ttl))) throwFailure(new Error('The adapter has not kept the entry.'))
    },
    async delete(key) {
      await keyv.delete(key)
    },
    async clear(prefix) {
      if (prefix === undefined) await keyv.clear()
      else for await (const [key] of pairs(iterate, prefix)) await keyv.delete(key)
      throwFailure()
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
