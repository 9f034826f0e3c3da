import { lazy, loadOptional } from '@llm/core'
import type { Opened } from '../place.ts'
import type { PostgresPool } from './pool.ts'

/** A small pool for a connection string. It keeps no process alive. */
export function openPostgres(url: string, timeout: number): Opened<PostgresPool> {
  const load = lazy(() => loadOptional('pg', () => import('pg')))
  const pool = lazy(async () => {
    const { default: pg } = await load()
    const opened = new pg.Pool({
      connectionString: url,
      connectionTimeoutMillis: timeout,
      max: 4,
      keepAlive: true,
      allowExitOnIdle: true,
    })
    // A connection that ends while nobody uses it is replaced when somebody does.
    opened.on('error', () => undefined)
    return opened
  })
  let used = false
  return {
    load,
    connect() {
      used = true
      return pool()
    },
    async close() {
      if (used) await (await pool()).end()
    },
  }
}
