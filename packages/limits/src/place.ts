import { ConfigurationError } from '@llm/core'
import type { Engine } from './engine.ts'
import { openPostgres } from './postgres/open-postgres.ts'
import type { PostgresPool } from './postgres/pool.ts'
import { postgresEngine } from './postgres/postgres-engine.ts'
import type { RedisClient } from './redis/client.ts'
import { openRedis } from './redis/open-redis.ts'
import { redisEngine } from './redis/redis-engine.ts'

/** Where limits are kept, and how. */
export interface PlaceOptions {
  readonly url?: string | undefined
  readonly postgres?: PostgresPool | undefined
  readonly redis?: RedisClient | undefined
  readonly prefix?: string | undefined
  readonly schema?: string | undefined
  readonly reservationMs: number
  readonly timeout: number
}

/** A place that is not connected yet. */
export interface Place {
  readonly name: 'PostgreSQL' | 'Redis'
  readonly engine: Engine
  /** Loads the client. */
  readonly load: () => Promise<unknown>
  /** What no message may show. */
  readonly secrets: readonly string[]
}

/** A client that is there, or is made when it is first needed. */
export interface Opened<Client> {
  readonly load: () => Promise<unknown>
  connect(): Promise<Client>
  close(): Promise<void>
}

/** @throws {@link ConfigurationError} where none is said, or two are. */
export function placeOf(options: PlaceOptions): Place {
  const { url, postgres, redis, timeout } = options
  if ([url, postgres, redis].filter(given => given !== undefined).length > 1) {
    throw new ConfigurationError({
      message: 'sharedLimits: there is more than one place to keep limits in.',
      hint: 'Give one of url, postgres and redis.',
    })
  }
  if (postgres !== undefined) return inPostgres(options, given(postgres), [])
  if (redis !== undefined) return inRedis(options, given(redis), [])
  const found = url ?? environmentURL()
  const secrets = secretsOf(found)
  if (/^postgres(ql)?:/i.test(found)) return inPostgres(options, openPostgres(found, timeout), secrets)
  if (/^rediss?:/i.test(found)) return inRedis(options, openRedis(found, timeout), secrets)
  throw new ConfigurationError({
    message: 'sharedLimits: the URL is of no kind that is known.',
    hint: 'It begins with postgres://, postgresql://, redis:// or rediss://.',
    secrets,
  })
}

function inPostgres(
  { schema = 'public', reservationMs, timeout }: PlaceOptions,
  opened: Opened<PostgresPool>,
  secrets: readonly string[],
): Place {
  return {
    name: 'PostgreSQL',
    load: opened.load,
    engine: postgresEngine({ ...opened, schema, reservationMs, timeout }),
    secrets,
  }
}

function inRedis(
  { prefix = 'llm:', reservationMs }: PlaceOptions,
  opened: Opened<RedisClient>,
  secrets: readonly string[],
): Place {
  return { name: 'Redis', load: opened.load, engine: redisEngine({ ...opened, prefix, reservationMs }), secrets }
}

function given<Client>(client: Client): Opened<Client> {
  const done = (): Promise<void> => Promise.resolve()
  return { load: done, connect: () => Promise.resolve(client), close: done }
}

function environmentURL(): string {
  const url = process.env.DATABASE_URL || process.env.REDIS_URL
  if (url) return url
  throw new ConfigurationError({
    message: 'sharedLimits: it is not said where limits are kept.',
    hint: 'Give url, postgres or redis, or set DATABASE_URL or REDIS_URL.',
  })
}

function secretsOf(url: string): readonly string[] {
  const { password } = URL.canParse(url) ? new URL(url) : { password: '' }
  return password === '' ? [] : [password, decodeURIComponent(password)]
}
