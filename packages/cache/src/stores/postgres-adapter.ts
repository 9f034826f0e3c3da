import type KeyvPostgres from '@keyv/postgres'
import { loadOptional } from '@llm/core'

/** What is needed of the options of a store. Names are quoted. */
interface AdapterOptions {
  readonly url: string
  readonly schema: string
  readonly table: string
  readonly connections?: number | undefined
}

/** A namespace and two hashes; an index takes no more than 2,700 bytes. */
const KEY_SIZE = 1000

/**
 * Keyv's adapter with a pool of its own: the adapter's is one for the whole process, and a connection that the database ends
 * would end the process too, as nobody hears of it.
 */
export async function openAdapter({ url, schema, table, connections = 4 }: AdapterOptions): Promise<KeyvPostgres> {
  const [{ default: Adapter }, { default: pg }] = await loadOptional('keyv @keyv/postgres pg', () =>
    Promise.all([import('@keyv/postgres'), import('pg')]),
  )
  const pool = new pg.Pool({ connectionString: url, max: connections, allowExitOnIdle: true })
  class PoolAdapter extends Adapter {
    override async connect(): ReturnType<KeyvPostgres['connect']> {
      pool.on('error', error => this.emit('error', error))
      return async (sql: string, values?: unknown[]) => (await pool.query<Record<string, unknown>>(sql, values)).rows
    }

    override async disconnect(): Promise<void> {
      await pool.end()
    }
  }
  return new PoolAdapter({ schema, table, keySize: KEY_SIZE })
}

/** A name as SQL takes it, whatever is in it. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
