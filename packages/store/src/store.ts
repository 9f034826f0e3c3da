import { ConfigurationError, environment, silentLogger, type BudgetStore, type Logger } from '@llm/core'
import type { StoreBackend } from './backend.ts'
import { MemoryBackend } from './memory/memory-backend.ts'
import type { RequestDetail } from './record.ts'
import type { RequestRepository } from './repository.ts'
import { LazyBackend } from './lazy-backend.ts'
import { createRepository } from './requests.ts'
import { checkStoreOptions } from './store-options.ts'
import { UnderWay } from './under-way.ts'
import { WriteBuffer, type RenderRecord, type StoreStatus } from './write-buffer.ts'

/** How a store writes. */
export interface StoreOptions {
  /**
   * How many milliseconds a row waits for others.
   *
   * @default 250
   */
  readonly flushMs?: number | undefined
  /**
   * How many rows are written at once.
   *
   * @default 1000
   */
  readonly batchSize?: number | undefined
  /**
   * How many rows wait in memory while the database cannot be reached, before the oldest are dropped.
   *
   * @default 10000
   */
  readonly maxWaiting?: number | undefined
  /**
   * After how many milliseconds without a sign of life from its process a request counts as interrupted.
   *
   * @default 15000
   */
  readonly leaseMs?: number | undefined
  /** Told when writing begins to fail, when it works again, and of rows that were dropped. Defaults to silence. */
  readonly logger?: Logger | undefined
}

/** Where a store is, and how it writes. */
export interface StoreSettings extends StoreOptions {
  /**
   * A file for SQLite, or the `postgres:` URL of a database. Defaults to `DATABASE_URL`, or else to the file `llm.db` in the
   * working directory.
   */
  readonly url?: string | undefined
}

/** The request ledger: rows go in, questions are answered. */
export interface Store {
  readonly requests: RequestRepository
  /**
   * Budgets that hold across restarts and processes, for the option `store` of `budget` in `@llm/core`. What a process that
   * died had reserved counts as used until the budget begins anew.
   */
  readonly budgets: BudgetStore
  /**
   * Takes a row to be written with the next batch. Returns at once and never throws. A row replaces an earlier one with its
   * id. `render` may be called more than once.
   */
  record(id: string, render: RenderRecord): void
  /**
   * Connects, and makes or brings up to date the tables; without it that is done at the first use.
   *
   * @throws {@link StoreError} or {@link ConfigurationError} that says what is in the way.
   */
  ready(): Promise<void>
  /**
   * Writes what waits.
   *
   * @throws {@link StoreError} where that fails; the rows wait on.
   */
  flush(): Promise<void>
  readonly status: StoreStatus
  /**
   * Writes what waits and lets go of the database.
   *
   * @throws {@link StoreError} where rows could not be written: they are lost.
   */
  close(): Promise<void>
}

/**
 * The request ledger in a file (SQLite, nothing to install) or in PostgreSQL (`npm install pg`). Nothing is opened before the
 * first use.
 *
 * @throws {@link ConfigurationError} for settings that are wrong.
 * @example
 * ```ts
 * import { createStore } from '@llm/store'
 *
 * const local = createStore({ url: './ledger.db' })
 * const shared = createStore({ url: 'postgres://localhost/ledger' })
 * ```
 */
export function createStore(settings: StoreSettings = {}): Store {
  const { url = environment().DATABASE_URL, ...options } = settings
  return defineStore(backendFor(url === undefined || url === '' ? 'llm.db' : url), options)
}

/**
 * A ledger that is gone with the process: for tests.
 *
 * @example
 * ```ts
 * import { createMemoryStore } from '@llm/store'
 *
 * const store = createMemoryStore()
 * ```
 */
export function createMemoryStore(options: StoreOptions = {}): Store {
  return defineStore(new MemoryBackend(), options)
}

/**
 * A ledger in a place of your own: the backend keeps rows, everything around it is the same for all. One that is given as a
 * function is made at the first use.
 *
 * @throws {@link ConfigurationError} for options that are wrong.
 * @example
 * ```ts
 * import { defineStore, type StoreBackend } from '@llm/store'
 *
 * declare const backend: StoreBackend
 *
 * const store = defineStore(backend)
 * ```
 */
export function defineStore(backend: StoreBackend | (() => Promise<StoreBackend>), options: StoreOptions = {}): Store {
  const checked = checkStoreOptions(options)
  const { flushMs = 250, batchSize = 1000, maxWaiting = 10_000, leaseMs = 15_000, logger = silentLogger } = checked
  const opened = new LazyBackend(backend)
  const underWay = new UnderWay(opened, leaseMs)
  const write = async (records: readonly RequestDetail[]): Promise<void> => {
    await opened.run(backend => backend.write(records))
    underWay.written(records)
  }
  const buffer = new WriteBuffer({ flushMs, batchSize, maxWaiting, logger, write })
  const requests = createRepository(async question => {
    await underWay.sweep()
    return opened.run(question)
  })
  return {
    requests,
    budgets: sharedBudgets(opened),
    record: (id, render) => {
      buffer.add(id, render)
    },
    ready: () => opened.run(() => Promise.resolve()),
    flush: () => buffer.flush(),
    get status() {
      return buffer.status
    },
    async close() {
      try {
        await buffer.close()
      } finally {
        underWay.close()
        await opened.close()
      }
    },
  }
}

/** A budget that cannot be read is an error: nobody would know whether the call is within it. */
function sharedBudgets(opened: LazyBackend): BudgetStore {
  const use = <T>(question: (budgets: BudgetStore) => T | Promise<T>): Promise<T> =>
    opened.run(async ({ budgets }) => {
      if (budgets !== undefined) return question(budgets)
      throw new ConfigurationError({
        message: 'This store keeps no budgets.',
        hint: 'Give its backend { budgets }, or leave out the option store of budget.',
      })
    })
  return {
    reserve: (account, amount, limits) => use(budgets => budgets.reserve(account, amount, limits)),
    settle: (account, reserved, used) => use(budgets => budgets.settle(account, reserved, used)),
  }
}

function backendFor(url: string): () => Promise<StoreBackend> {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme === 'postgres' || scheme === 'postgresql') {
    return async () => (await import('./postgres/postgres-backend.ts')).createPostgresBackend(url)
  }
  if (scheme === undefined || scheme === 'file') {
    return async () => (await import('./sqlite/sqlite-backend.ts')).createSqliteBackend(url)
  }
  throw new ConfigurationError({
    message: `A ledger cannot be kept at a ${scheme}: URL.`,
    hint: 'Pass { url } with a file for SQLite or a postgres: URL. Without it DATABASE_URL is used.',
  })
}
