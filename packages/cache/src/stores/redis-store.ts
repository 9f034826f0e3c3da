import type KeyvRedis from '@keyv/redis'
import { checkSettings, environment, loadOptional, type SettingsSpec } from '@llm/core'
import { within } from '../within.ts'
import { keyvStore } from './keyv-store.ts'
import { openLater } from './open-later.ts'
import type { CacheStore } from './store.ts'

/** What {@link redisStore} takes. */
export interface RedisStoreOptions {
  /**
   * Where Redis or Valkey is, such as `redis://user:password@host:6379/0`, or `rediss:` for TLS. Defaults to `REDIS_URL`, or
   * else to `redis://localhost:6379`.
   */
  readonly url?: string | undefined
  /**
   * What the keys in Redis begin with, before `::`.
   *
   * @default 'llm-cache'
   */
  readonly prefix?: string | undefined
}

/** The most milliseconds that a connection may take. */
const CONNECT_MS = 2000

const SPEC: SettingsSpec<RedisStoreOptions> = { url: { type: 'string' }, prefix: { type: 'string' } }

/**
 * Keeps entries in Redis or Valkey, which expires them itself and, where its `maxmemory-policy` says so, makes room. Needs
 * the packages `keyv` and `@keyv/redis`. Connects at first use, and again whenever the connection was lost.
 *
 * @throws {@link ConfigurationError} for unknown options.
 * @example
 * ```ts
 * import { cache, redisStore } from '@llm/cache'
 *
 * const cached = cache({ store: redisStore({ url: 'redis://localhost:6379' }) })
 * ```
 */
export function redisStore(options: RedisStoreOptions = {}): CacheStore {
  const checked = checkSettings('redisStore', options, SPEC)
  const { url = environment()['REDIS_URL'] || 'redis://localhost:6379', prefix = 'llm-cache' } = checked
  return openLater(async () => {
    const [{ Keyv }, { default: Adapter, defaultReconnectStrategy }] = await loadOptional('keyv @keyv/redis', () =>
      Promise.all([import('keyv'), import('@keyv/redis')]),
    )
    // Without a connection commands fail at once rather than wait for one: the call has a host to ask.
    const connection = { url, disableOfflineQueue: true, socket: { reconnectStrategy: defaultReconnectStrategy } }
    const adapter = new Adapter(connection, { throwOnErrors: true })
    const client = await connect(adapter)
    // An open connection keeps no process alive.
    if ('unref' in client) void client.unref()
    return keyvStore(new Keyv({ store: adapter, namespace: prefix, useKeyPrefix: false, throwOnErrors: true }))
  })
}

/** The client would try for ever. It is made anew for a later call instead. */
async function connect(adapter: KeyvRedis<unknown>): ReturnType<KeyvRedis<unknown>['getClient']> {
  try {
    return await within(adapter.getClient(), CONNECT_MS)
  } catch (error) {
    await adapter.disconnect(true)
    throw error
  }
}
