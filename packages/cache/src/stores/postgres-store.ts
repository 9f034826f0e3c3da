import { checkSettings, ConfigurationError, environment, type SettingsSpec } from '@llm/core'
import { keyvStore } from './keyv-store.ts'
import { openLater } from './open-later.ts'
import { openAdapter, quote } from './postgres-adapter.ts'
import type { CacheStore, StoreStats } from './store.ts'

/** What {@link postgresStore} takes. */
export interface PostgresStoreOptions {
  /** Where PostgreSQL is, such as `postgres://user:password@host:5432/database`. Defaults to `DATABASE_URL`. */
  readonly url?: string | undefined
  /**
   * The schema of the table. It is made where it is missing.
   *
   * @default 'public'
   */
  readonly schema?: string | undefined
  /**
   * The table. It is made where it is missing.
   *
   * @default 'llm_cache'
   */
  readonly table?: string | undefined
  /**
   * The most connections.
   *
   * @default 4
   */
  readonly connections?: number | undefined
  /**
   * How many milliseconds there are between clean-ups in the background. They never keep the process running.
   *
   * @default 600_000
   */
  readonly cleanUpMs?: number | undefined
}

const SPEC: SettingsSpec<PostgresStoreOptions> = {
  url: { type: 'string' },
  schema: { type: 'string' },
  table: { type: 'string' },
  connections: { type: 'count' },
  cleanUpMs: { type: 'ms' },
}

/**
 * Keeps entries in a table of PostgreSQL. Needs the packages `keyv`, `@keyv/postgres` and `pg`. Connects at first use.
 * What has expired is removed in the background; nothing else makes room.
 *
 * @throws {@link ConfigurationError} for unknown options, and where no URL is given.
 * @example
 * ```ts
 * import { cache, postgresStore } from '@llm/cache'
 *
 * const cached = cache({ store: postgresStore({ url: 'postgres://localhost/app' }) })
 * ```
 */
export function postgresStore(options: PostgresStoreOptions = {}): CacheStore {
  const checked = checkSettings('postgresStore', options, SPEC)
  const { schema = 'public', table = 'llm_cache', cleanUpMs = 600_000 } = checked
  const url = checked.url ?? environment()['DATABASE_URL']
  if (url === undefined || url === '') {
    throw new ConfigurationError({
      message: 'postgresStore has no url.',
      hint: 'Set DATABASE_URL, or pass { url }.',
    })
  }
  const from = `${quote(schema)}.${quote(table)}`
  return openLater(async () => {
    const adapter = await openAdapter({ ...checked, url, schema: quote(schema), table: quote(table) })
    const { Keyv } = await import('keyv')
    const store = keyvStore(new Keyv({ store: adapter, useKeyPrefix: false, throwOnErrors: true }))
    const statements = statementsOf(from, adapter.query)
    const timer = setInterval(() => void statements.prune().catch(() => undefined), cleanUpMs).unref()
    const close = async (): Promise<void> => {
      clearInterval(timer)
      await store.close?.()
    }
    return { ...store, ...statements, close }
  })
}

/** What Keyv has no words for, or takes an entry at a time for. Its values are JSON of a value and when it expires. */
function statementsOf(
  from: string,
  query: (sql: string, values?: unknown[]) => Promise<unknown[]>,
): Pick<CacheStore, 'clear' | 'list' | 'stats'> & { prune(): Promise<number> } {
  const expires = "(value::json->>'expires')::bigint"
  return {
    async prune() {
      return (await query(`DELETE FROM ${from} WHERE ${expires} <= $1 RETURNING 1`, [Date.now()])).length
    },
    async clear(prefix = '') {
      await query(`DELETE FROM ${from} WHERE starts_with(key, $1)`, [prefix])
    },
    async stats() {
      const bytes = 'coalesce(sum(octet_length(key) + octet_length(value)), 0)::float8'
      const [row] = await query(`SELECT count(*)::int AS entries, ${bytes} AS bytes FROM ${from}`)
      return row as StoreStats
    },
    async *list(prefix) {
      const rows = await query(
        `SELECT key, value::json->>'value' AS value FROM ${from}
         WHERE starts_with(key, $1) AND coalesce(${expires} > $2, true)`,
        [prefix, Date.now()],
      )
      for (const { key, value } of rows as { key: string; value: string }[]) yield [key, value]
    },
  }
}
