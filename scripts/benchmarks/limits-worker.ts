import { budget, CompletionAccumulator, compose, rateLimit, type Middleware, type Provider } from '@llm/core'
import { flexibleRateLimits, sharedLimits, type SharedLimits } from '@llm/limits'
import pg from 'pg'
import { RateLimiterPostgres, RateLimiterRedis } from 'rate-limiter-flexible'
import { createClient } from 'redis'
import type { Measures } from './job.ts'
import { cpuTime } from './tasks/cpu-time.ts'

// Started with where limits are kept; answers each message with what a call under such a limit takes, in microseconds.

/** What calls go through: nothing, requests and tokens a minute, or tokens and money a month. */
export type LimitKind = 'none' | 'rate limit' | 'budget'

const [place = 'memory', corner = ''] = process.argv.slice(2)
/** In a round. */
const CALLS = place === 'memory' ? 5000 : 200
const limits = ['Redis', 'PostgreSQL'].includes(place) ? open() : undefined
const store = place.endsWith('flexible') ? await openFlexible() : limits?.rateLimits

function open(): SharedLimits {
  const url = place === 'Redis' ? process.env.REDIS_URL : process.env.DATABASE_URL
  return sharedLimits({ url, schema: corner, prefix: `${corner}:`, whenLost: 'refuse', timeout: 10_000 })
}

async function openFlexible() {
  if (place === 'Redis, flexible') {
    const storeClient = await createClient({ url: process.env.REDIS_URL ?? '' }).connect()
    return flexibleRateLimits(
      ({ limit, windowMs }) =>
        new RateLimiterRedis({
          storeClient,
          useRedisPackage: true,
          keyPrefix: corner,
          points: limit,
          duration: windowMs / 1000,
        }),
    )
  }
  const storeClient = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
  const options = { storeClient, storeType: 'pool', schemaName: corner, tableName: 'flexible' }
  await storeClient.query(`CREATE SCHEMA IF NOT EXISTS "${corner}"`)
  await new Promise<void>((resolve, reject) => {
    new RateLimiterPostgres({ ...options, points: 1, duration: 1 }, (error?: Error) =>
      error ? reject(error) : resolve(),
    )
  })
  return flexibleRateLimits(
    ({ limit, windowMs }) =>
      new RateLimiterPostgres({ ...options, tableCreated: true, points: limit, duration: windowMs / 1000 }),
  )
}

/** A host that has answered before it is asked: what is measured is the limit. */
const accumulator = new CompletionAccumulator()
accumulator.push({ type: 'start', id: 'id', provider: 'host', model: 'm', warnings: [] })
accumulator.push({ type: 'text-delta', text: 'ok' })
accumulator.push({ type: 'usage', usage: { inputTokens: 5, outputTokens: 1, source: 'reported' } })
accumulator.push({ type: 'finish', finishReason: 'stop' })
const completion = accumulator.snapshot()
const host: Provider = {
  id: 'host',
  protocol: 'none',
  complete: () => Promise.resolve(completion),
  stream: () => {
    throw new Error('nobody streams')
  },
}

const price = { input: 1, output: 2 }
const through: Readonly<Record<LimitKind, readonly Middleware[]>> = {
  none: [],
  'rate limit': [rateLimit({ rpm: 1e9, tpm: 1e9, store })],
  budget: [budget({ maxTokens: 1e12, maxCost: 1e9, window: 'month', price: () => price, store: limits?.budgets })],
}

async function measure(kind: LimitKind): Promise<Measures> {
  const provider = compose(host, ...through[kind])
  const started = performance.now()
  const spent = await cpuTime(async () => {
    for (let call = 0; call < CALLS; call++) {
      await provider.complete({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
    }
  })
  return { cpu: spent / CALLS, passed: ((performance.now() - started) * 1000) / CALLS }
}

process.on('message', (kind: LimitKind) => {
  measure(kind).then(
    measures => process.send?.(measures),
    (error: unknown) => {
      console.error(place, error)
      process.exit(1)
    },
  )
})
