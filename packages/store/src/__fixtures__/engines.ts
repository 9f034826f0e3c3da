import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, vi } from 'vitest'
import { createMemoryStore, createStore, type Store, type StoreOptions } from '../index.ts'

// Databases and processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** A place for a ledger that a test file has for itself. */
export interface Place {
  /** Another connection to it; in memory another ledger. */
  open(options?: StoreOptions): Store
  /** For other processes. */
  readonly url: string
  /** A statement, past the store. */
  run(statement: string): Promise<void>
  /** Fails where a file is damaged. */
  check?(): Promise<void>
  remove(): Promise<void>
}

/** The PostgreSQL that tests may use. Without it they say that they skip. */
export const DATABASE_URL: string | undefined = process.env.DATABASE_URL

async function sqlitePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'llm-store-'))
  const file = join(folder, 'ledger.db')
  const use = async (work: (database: DatabaseSync) => void): Promise<void> => {
    const database = new DatabaseSync(file)
    work(database)
    database.close()
  }
  return {
    ...place(file, () => rm(folder, { recursive: true })),
    run: statement => use(database => void database.exec(statement)),
    check: () =>
      use(database => {
        expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
      }),
  }
}

/** A schema of its own. */
export async function postgresPlace(): Promise<Place> {
  const { default: pg } = await import('pg')
  const run = async (text: string): Promise<void> => {
    const client = new pg.Client(DATABASE_URL)
    await client.connect()
    await client.query(text)
    await client.end()
  }
  const schema = `llm_store_${crypto.randomUUID().replaceAll('-', '')}`
  await run(`create schema ${schema}`)
  const url = new URL(DATABASE_URL ?? '')
  url.searchParams.set('options', `-c search_path=${schema}`)
  const inSchema = (statement: string) => run(`set search_path to ${schema}; ${statement}`)
  return { ...place(url.href, () => run(`drop schema ${schema} cascade`)), run: inSchema }
}

const memoryPlace = async (): Promise<Place> => ({
  url: 'memory',
  run: () => Promise.resolve(),
  open: options => createMemoryStore(options),
  remove: () => Promise.resolve(),
})

function place(url: string, remove: () => Promise<void>): Omit<Place, 'run'> {
  const stores: Store[] = []
  return {
    url,
    open(options) {
      const store = createStore({ url, ...options })
      stores.push(store)
      return store
    },
    async remove() {
      await Promise.all(stores.map(store => store.close().catch(() => undefined)))
      await remove()
    },
  }
}

/** The same tests on every engine, or on those that keep what they are given. */
export function onEngines(which: 'all' | 'databases', tests: (open: () => Promise<Place>, engine: string) => void): void {
  const run = (engine: string, make: () => Promise<Place>) => () => {
    const places: Place[] = []
    afterAll(async () => {
      await Promise.all(places.map(made => made.remove()))
    })
    tests(async () => {
      const made = await make()
      places.push(made)
      return made
    }, engine)
  }
  if (which === 'all') describe('in memory', run('memory', memoryPlace))
  describe('on SQLite', run('SQLite', sqlitePlace))
  describe.skipIf(DATABASE_URL === undefined)('on PostgreSQL (DATABASE_URL)', run('PostgreSQL', postgresPlace))
}
