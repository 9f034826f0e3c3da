import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { compose, type CompletionRequest } from '@llm/core'
import { mock } from '@llm/provider-mock'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { cache } from '../cache.ts'
import { postgresStore } from './postgres-store.ts'
import { redisStore } from './redis-store.ts'
import type { CacheStore } from './store.ts'

const { REDIS_URL, DATABASE_URL } = process.env
const own = `cache_test_${randomUUID().replaceAll('-', '')}`
const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }

describe.each<[string, () => CacheStore]>([
  ['Redis', () => redisStore({ url: 'redis://127.0.0.1:1' })],
  ['PostgreSQL', () => postgresStore({ url: 'postgres://nobody@127.0.0.1:1/none' })],
])('where there is no %s', (_, open) => {
  test('calls go on, and the cache says so', async () => {
    const cached = cache({ store: open(), storeTimeout: 50 })
    const provider = compose(mock({ replies: ['One'] }), cached)
    const { text, warnings } = await provider.complete(request)
    expect(text).toBe('One')
    expect(warnings).toMatchObject(
      [{ code: 'cache-unavailable' }, { code: 'cache-unavailable' }].slice(0, warnings.length),
    )
    expect(warnings.length).toBeGreaterThan(0)
    expect(await cached.stats()).toMatchObject({ hits: 0, misses: 1, writes: 0 })
    await cached.close().catch(() => undefined)
  })
})

describe('two caches on one server', () => {
  const shared = async (open: () => CacheStore): Promise<void> => {
    // A busy machine takes its time, and no call waits for what it writes.
    const options = { namespace: own, storeTimeout: 20_000 }
    const [one, two] = [cache({ ...options, store: open() }), cache({ ...options, store: open() })]
    await compose(mock({ replies: ['One'] }), one).complete(request)
    await expect.poll(async () => (await one.stats()).writes, { timeout: 20_000 }).toBe(1)
    const hit = await compose(mock({ replies: ['Two'] }), two).complete(request)
    expect([hit.text, hit.cache]).toEqual(['One', 'hit'])
    await one.clear()
    await one.close()
    await two.close()
  }

  test.skipIf(REDIS_URL === undefined)('share answers: Redis at REDIS_URL', async () => {
    await shared(() => redisStore({ url: REDIS_URL, prefix: own }))
  })

  test.skipIf(DATABASE_URL === undefined)('share answers: PostgreSQL at DATABASE_URL', async () => {
    await shared(() => postgresStore({ url: DATABASE_URL ?? '', schema: own, table: 'two "words"' }))
    await sql(`DROP SCHEMA ${own} CASCADE`)
  })
})

test.skipIf(DATABASE_URL === undefined)('a connection that PostgreSQL ends is replaced', async () => {
  const url = new URL(DATABASE_URL ?? '')
  url.searchParams.set('application_name', own)
  const store = postgresStore({ url: url.href, schema: own, connections: 2 })
  await store.set('a', { value: '1' })
  await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${own}'`)
  // The pool hears of it a little later.
  await expect.poll(async () => Promise.resolve(store.get('a')).catch(() => undefined)).toBe('1')
  await store.close?.()
  await sql(`DROP SCHEMA ${own} CASCADE`)
})

test.skipIf(REDIS_URL === undefined)(
  'a connection that Redis ends is made again, and calls do not wait for it',
  async () => {
    const { hostname, port } = new URL(REDIS_URL ?? '')
    const sockets = new Set<Socket>()
    const proxy = createServer(socket => {
      const redis = connect(Number(port || 6379), hostname)
      for (const end of [socket, redis]) sockets.add(end.on('error', () => undefined))
      socket.pipe(redis).pipe(socket)
    })
    const listen = async (at: number): Promise<number> => {
      await once(proxy.listen(at, '127.0.0.1'), 'listening')
      return (proxy.address() as AddressInfo).port
    }
    const at = await listen(0)
    const store = redisStore({ url: `redis://127.0.0.1:${String(at)}`, prefix: own })
    await store.set('a', { value: '1' })
    proxy.close()
    for (const socket of sockets) socket.destroy()
    await expect.poll(async () => outcomeOf(store.get('a')), { timeout: 5000 }).toMatch(/^failed/)
    await listen(at)
    await expect.poll(async () => outcomeOf(store.get('a')), { timeout: 10_000 }).toBe('1')
    await store.clear()
    await store.close?.()
    for (const socket of sockets) socket.destroy()
    proxy.close()
  },
  20_000,
)

const outcomeOf = async (value: ReturnType<CacheStore['get']>): Promise<string | undefined> =>
  Promise.resolve(value).catch((error: unknown) => `failed: ${String(error)}`)

async function sql(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: DATABASE_URL })
  await client.connect()
  await client.query(text)
  await client.end()
}
