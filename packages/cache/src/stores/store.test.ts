import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fileStore } from './file-store.ts'
import { memoryStore } from './memory-store.ts'
import { postgresStore } from './postgres-store.ts'
import { redisStore } from './redis-store.ts'
import type { CacheStore } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'cache-'))
const { REDIS_URL, DATABASE_URL } = process.env
/** Nobody else's, also where others test on the same database. */
const own = `cache_test_${randomUUID().replaceAll('-', '')}`

/** What every store must do. A store without a server is skipped, and the report says so. */
const STORES: readonly (readonly [name: string, open: (() => CacheStore) | undefined])[] = [
  ['memory', () => memoryStore()],
  ['file', () => fileStore({ path: join(folder, 'cache.db') })],
  ['Redis at REDIS_URL', REDIS_URL === undefined ? undefined : () => redisStore({ url: REDIS_URL, prefix: own })],
  [
    'PostgreSQL at DATABASE_URL',
    DATABASE_URL === undefined ? undefined : () => postgresStore({ url: DATABASE_URL, schema: own }),
  ],
]

describe.each(STORES)('a store: %s', (name, open) => {
  if (open === undefined) return test.skip(`${name} is not set`, () => undefined)
  let store: CacheStore

  beforeAll(() => {
    store = open()
  })
  beforeEach(() => store.clear())
  afterAll(async () => {
    await store.clear()
    await store.close?.()
  })

  test('gives back what was set last, whatever characters are in it', async () => {
    for (const value of ['', 'plain', '{"a":"\\u0000"}', 'a "quoted" \n 語 😀', 'x'.repeat(1_000_000)]) {
      await store.set('ns:key', { value })
      expect(await store.get('ns:key')).toBe(value)
    }
  })

  test('has nothing for a key that was never set, nor for one that was deleted', async () => {
    await store.set('ns:one', { value: '1' })
    await store.delete('ns:one')
    await store.delete('ns:never')
    expect([await store.get('ns:one'), await store.get('ns:never')]).toEqual([undefined, undefined])
  })

  test('forgets what has expired, and keeps the rest', async () => {
    await store.set('ns:long', { value: '2', expiresAt: Date.now() + 60_000 })
    await store.set('ns:for ever', { value: '3' })
    await store.set('ns:short', { value: '1', expiresAt: Date.now() + 30 })
    await new Promise(resolve => setTimeout(resolve, 40))
    const keys = ['ns:short', 'ns:long', 'ns:for ever']
    expect(await Promise.all(keys.map(async key => store.get(key)))).toEqual([undefined, '2', '3'])
  })

  test('a new expiry takes the place of the old one', async () => {
    await store.set('ns:key', { value: '1', expiresAt: Date.now() + 20 })
    await store.set('ns:key', { value: '2' })
    await new Promise(resolve => setTimeout(resolve, 40))
    expect(await store.get('ns:key')).toBe('2')
  })

  test('clears a prefix alone, and all', async () => {
    for (const key of ['a:1', 'a:2', 'ab:1', 'b:a:1']) await store.set(key, { value: key })
    await store.clear('a:')
    const left = async (): Promise<unknown[]> =>
      Promise.all(['a:1', 'a:2', 'ab:1', 'b:a:1'].map(async key => store.get(key)))
    expect(await left()).toEqual([undefined, undefined, 'ab:1', 'b:a:1'])
    await store.clear()
    expect(await left()).toEqual([undefined, undefined, undefined, undefined])
  })

  test('lists a prefix, without what has expired', async () => {
    await store.set('a:1', { value: 'one' })
    await store.set('a:2', { value: 'two', expiresAt: Date.now() - 1 })
    await store.set('b:1', { value: 'three' })
    const listed: unknown[] = []
    for await (const entry of store.list?.('a:') ?? []) listed.push(entry)
    expect(listed).toEqual([['a:1', 'one']])
  })

  test('prunes what has expired', async () => {
    for (const key of ['a', 'b', 'c']) await store.set(`ns:${key}`, { value: key, expiresAt: Date.now() - 1 })
    await store.set('ns:d', { value: 'd' })
    await store.prune?.()
    expect(await store.prune?.()).toBe(0)
    expect(await store.get('ns:d')).toBe('d')
  })

  test('takes many at once', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => `ns:${String(index)}`)
    await Promise.all(keys.map(async key => store.set(key, { value: key })))
    expect(await Promise.all(keys.map(async key => store.get(key)))).toEqual(keys)
  })
})

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  if (DATABASE_URL === undefined) return
  const client = new pg.Client({ connectionString: DATABASE_URL })
  await client.connect()
  await client.query(`DROP SCHEMA IF EXISTS ${own} CASCADE`)
  await client.end()
})
