import { checkSettings, type BudgetStore, type Logger, type RateLimitStore, type SettingsSpec } from '@llm/core'
import { Connection } from './connection.ts'
import { placeOf } from './place.ts'
import type { PostgresPool } from './postgres/pool.ts'
import type { RedisClient } from './redis/client.ts'
import { SharedBudgets } from './shared-budgets.ts'
import { SharedRateLimits } from './shared-rate-limits.ts'
import { StandInLimits } from './stand-in-limits.ts'

/** What {@link sharedLimits} takes. */
export interface SharedLimitsOptions {
  /**
   * Where limits are kept: `postgres://...` (which loads the package `pg`), `redis://...` or `rediss://...` (which loads
   * `redis`). Defaults to the environment's `DATABASE_URL`, then its `REDIS_URL`.
   */
  readonly url?: string | undefined
  /** A pool of `pg` to use in place of a URL. It stays the caller's: nothing here ends it. */
  readonly postgres?: PostgresPool | undefined
  /** A connected client of `redis` or `ioredis` to use in place of a URL. It stays the caller's. */
  readonly redis?: RedisClient | undefined
  /**
   * What happens while nobody answers there. `memory`: each process goes on with limits of its own, and says so; `refuse`:
   * calls fail with a {@link LimitsUnavailableError}.
   *
   * @default 'memory'
   */
  readonly whenLost?: 'memory' | 'refuse' | undefined
  /** By how many processes a rate limit is divided while each has its own. Defaults to 1: each has the whole. */
  readonly processes?: number | undefined
  /**
   * How many milliseconds a question may take. One that takes longer counts as lost.
   *
   * @default 1000
   */
  readonly timeout?: number | undefined
  /**
   * How many milliseconds a budget is held for a call of which nothing more is heard, as when its process was killed. What a
   * call used that takes longer counts all the same.
   *
   * @default 900000
   */
  readonly reservationMs?: number | undefined
  /**
   * What begins every key in Redis.
   *
   * @default 'llm:'
   */
  readonly prefix?: string | undefined
  /**
   * The schema of the tables in PostgreSQL, which are created when first needed.
   *
   * @default 'public'
   */
  readonly schema?: string | undefined
  /** Told when the limits are lost and found, and what could not be counted. Defaults to warnings of the process. */
  readonly logger?: Logger | undefined
}

/** Limits that all processes share which are connected to the same place. */
export interface SharedLimits {
  /** For the option `store` of `rateLimit`. */
  readonly rateLimits: RateLimitStore
  /** For the option `store` of `budget`. */
  readonly budgets: BudgetStore
  /** Whether the last question was not answered. */
  readonly lost: boolean
  /** Counts what is still to be counted, and ends the connection if it was made here. */
  close(): Promise<void>
}

const OPTIONS: SettingsSpec<SharedLimitsOptions> = {
  url: { type: 'string' },
  postgres: { type: 'record' },
  redis: { type: 'record' },
  whenLost: { type: ['memory', 'refuse'] },
  processes: { type: 'count' },
  timeout: { type: 'ms' },
  reservationMs: { type: 'ms' },
  prefix: { type: 'string' },
  schema: { type: 'string' },
  logger: { type: 'record' },
}

const QUARTER_HOUR = 900_000

/**
 * Rate limits and budgets in Redis or PostgreSQL, for any number of processes and machines. Nothing is connected before the
 * first call.
 *
 * What `rateLimit` says of one process then holds for all together: any minute holds no more than the limit, by the clock
 * of the server. Those who wait are served in the order they came, one of each process at a time.
 *
 * @throws {@link ConfigurationError} for options that do not exist or cannot be, and where it is not said where.
 * @example
 * ```ts
 * import { budget, compose, rateLimit, type Provider } from '@llm/core'
 * import { sharedLimits } from '@llm/limits'
 *
 * declare const provider: Provider
 *
 * const limits = sharedLimits({ url: 'postgres://localhost/app' })
 * const limited = compose(
 *   provider,
 *   budget({ maxCost: 500, window: 'month', store: limits.budgets }),
 *   rateLimit({ rpm: 500, tpm: 200_000, store: limits.rateLimits }),
 * )
 * // when the program ends
 * await limits.close()
 * ```
 */
export function sharedLimits(options: SharedLimitsOptions = {}): SharedLimits {
  const given = checkSettings('sharedLimits', options, OPTIONS)
  const { processes = 1, timeout = 1000, whenLost = 'memory', logger = processWarnings } = given
  const { name, engine, load, secrets } = placeOf({
    ...given,
    timeout,
    reservationMs: given.reservationMs ?? QUARTER_HOUR,
  })
  const standIn = whenLost === 'memory'
  const consequence = standIn ? 'each process goes on with limits of its own' : 'calls are refused'
  const connection = new Connection({ name, load, timeout, logger, consequence, secrets })
  const budgets = new SharedBudgets({ engine, connection, standIn, logger })
  return {
    rateLimits: new SharedRateLimits(engine, connection, standIn ? new StandInLimits(processes) : undefined),
    budgets,
    get lost() {
      return connection.lost
    },
    async close() {
      await budgets.close()
      await connection.close()
      await engine.close()
    },
  }
}

const silent = (): void => undefined
const warn = (_fields: object, message: string): void => {
  process.emitWarning(message, { code: 'LLM_LIMITS' })
}

/** Limits that do not hold are not passed over in silence. */
const processWarnings: Logger = { debug: silent, info: silent, warn, error: warn }
