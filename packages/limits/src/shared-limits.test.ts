import { Redis } from 'ioredis'
import { once } from 'node:events'
import pg from 'pg'
import { createClient } from 'redis'
import { expect, test, vi } from 'vitest'
import { describeServices } from './__fixtures__/services.ts'
import type { PostgresPool } from './postgres/pool.ts'
import type { RedisClient } from './redis/client.ts'
import { sharedLimits, type SharedLimitsOptions } from './shared-limits.ts'

const charge = { key: 'k', limit: 2, windowMs: 60_000, amount: 2 }

/** Shares a limit with the client that is made from the URL. */
async function sharesALimit(one: SharedLimitsOptions, other: SharedLimitsOptions, key: string): Promise<void> {
  const [own, given] = [sharedLimits(one), sharedLimits(other)]
  expect(await own.rateLimits.take([{ ...charge, key }])).toMatchObject({ taken: true })
  expect(await given.rateLimits.take([{ ...charge, key }])).toMatchObject({ taken: false })
  await own.close()
  await given.close()
}

describeServices('a pool', { timeout: 30_000, only: 'PostgreSQL' }, ({ url, schema }) => {
  test('a pool of pg is used and left open', async () => {
    const pool = new pg.Pool({ connectionString: url, max: 1 })
    const postgres: PostgresPool = pool
    await sharesALimit({ url, schema }, { postgres, schema }, 'pool')
    expect(await pool.query('SELECT 1 AS one')).toMatchObject({ rows: [{ one: 1 }] })
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1])
    await pool.end()
  })

  test('several processes may begin at once', async () => {
    const fresh = `${schema}_fresh`
    const all = Array.from({ length: 4 }, () => sharedLimits({ url, schema: fresh, whenLost: 'refuse' }))
    const grants = await Promise.all(all.map(async limits => limits.rateLimits.take([{ ...charge, limit: 6 }])))
    expect(grants.filter(({ taken }) => taken)).toHaveLength(3)
    await Promise.all(all.map(limits => limits.close()))
    const client = new pg.Client(url)
    await client.connect()
    await client.query(`SET client_min_messages = warning; DROP SCHEMA "${fresh}" CASCADE`)
    await client.end()
  })
})

describeServices('a client', { timeout: 30_000, only: 'Redis' }, ({ url, prefix }) => {
  test('clients of redis and ioredis are used and left open', async () => {
    const node = await createClient({ url }).connect()
    const io = new Redis(url)
    const redis: readonly RedisClient[] = [node, io]
    for (const [index, client] of redis.entries()) {
      await sharesALimit({ url, prefix }, { redis: client, prefix }, `client ${String(index)}`)
    }
    // A server that has forgotten the scripts is sent them again.
    await node.sendCommand(['SCRIPT', 'FLUSH'])
    await sharesALimit({ redis: io, prefix }, { redis: node, prefix }, 'flushed')
    expect([await node.ping(), await io.ping()]).toEqual(['PONG', 'PONG'])
    await node.close()
    io.disconnect()
  })
})

describeServices('an environment', { timeout: 30_000 }, ({ name, url, schema, prefix }) => {
  test('a URL may come from the environment', async () => {
    vi.stubEnv('DATABASE_URL', name === 'PostgreSQL' ? url : '')
    vi.stubEnv('REDIS_URL', name === 'Redis' ? url : 'redis://127.0.0.1:1')
    await sharesALimit({ url, schema, prefix }, { schema, prefix }, 'environment')
    vi.unstubAllEnvs()
  })
})

test('wrong options are refused, without the password in them', () => {
  vi.stubEnv('DATABASE_URL', '')
  vi.stubEnv('REDIS_URL', '')
  const wrong: [unknown, string][] = [
    [{}, 'it is not said where'],
    [{ url: 'mysql://me:hunter2@localhost/x' }, 'no kind that is known'],
    [{ url: 'redis://localhost', redis: {} }, 'more than one place'],
    [{ url: 'redis://localhost', whenLost: 'panic' }, 'whenLost'],
    [{ urls: 'redis://localhost' }, 'urls'],
  ]
  for (const [options, words] of wrong) {
    expect(() => sharedLimits(options as SharedLimitsOptions)).toThrow(words)
    expect(() => sharedLimits(options as SharedLimitsOptions)).not.toThrow('hunter2')
  }
  vi.unstubAllEnvs()
})

test('without a logger, a loss is a warning of the process, and calls go on', async () => {
  const warned = once(process, 'warning') as Promise<[Error & { code: string }]>
  const limits = sharedLimits({ url: 'redis://127.0.0.1:1' })
  expect(await limits.rateLimits.take([charge])).toMatchObject({ taken: true })
  expect(await limits.rateLimits.take([charge])).toMatchObject({ taken: false })
  const [warning] = await warned
  expect(warning).toMatchObject({
    code: 'LLM_LIMITS',
    message: expect.stringContaining('Redis do not answer') as string,
  })
  await limits.close()
})
