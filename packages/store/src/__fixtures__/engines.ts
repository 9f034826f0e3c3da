import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import { createMemoryStore, createStore, type Store, type StoreOptions } from '../index.ts'

/** A place for a ledger that a test file has for itself. */
export interface Place {
  /** Another connection to it; in memory another ledger. */
  open(options?: StoreOptions): Store
  /** For other processes. */
  readonly url: string
  remove(): Promise<void>
}

/** The PostgreSQL that tests may use. Without it they say that they skip. */
export const DATABASE_URL: string | undefined = process.env.DATABASE_URL

export async function sqlitePlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'llm-store-'))
  return place(join(folder, 'ledger.db'), () => rm(folder, { recursive: true }))
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
  return place(url.href, () => run(`drop schema ${schema} cascade`))
}

const memoryPlace = async (): Promise<Place> => ({
  url: 'memory',
  open: options => createMemoryStore(options),
  remove: () => Promise.resolve(),
})

function place(url: string, remove: () => Promise<void>): Place {
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
export function onEngines(which: 'all' | 'databases', tests: (open: () => Promise<Place>) => void): void {
  const run = (make: () => Promise<Place>) => () => {
    const places: Place[] = []
    afterAll(async () => {
      await Promise.all(places.map(made => made.remove()))
    })
    tests(async () => {
      const made = await make()
      places.push(made)
      return made
    })
  }
  if (which === 'all') describe('in memory', run(memoryPlace))
  describe('on SQLite', run(sqlitePlace))
  describe.skipIf(DATABASE_URL === undefined)('on PostgreSQL (DATABASE_URL)', run(postgresPlace))
}
