import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely'
import { SqliteConnection } from './sqlite-connection.ts'
import type { SqliteWorkerData } from './sqlite-worker.ts'

/** In place of parameters: the statement is run with those of every row. As text, which passes to a thread fastest. */
export class EveryRow {
  readonly json: string

  constructor(rows: readonly (readonly unknown[])[]) {
    this.json = JSON.stringify(rows)
  }
}

/** Kysely over SQLite in a thread. */
export function sqliteDialect(settings: SqliteWorkerData): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ThreadDriver(settings),
    createIntrospector: db => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

/** There is one connection: who wants it waits until the one before gives it back, or transactions would mix. */
class ThreadDriver implements Driver {
  #settings: SqliteWorkerData
  #connection: SqliteConnection | undefined
  #free: Promise<void> = Promise.resolve()
  #release: () => void = () => undefined

  constructor(settings: SqliteWorkerData) {
    this.#settings = settings
  }

  async init(): Promise<void> {
    this.#connection = new SqliteConnection(this.#settings)
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const before = this.#free
    this.#free = promise
    await before
    // Only here: a transaction must not go on in another thread, where it was not begun.
    if (this.#connection?.ended === true) await this.init()
    this.#release = resolve
    return { executeQuery: query => this.#execute(query), streamQuery }
  }

  async releaseConnection(): Promise<void> {
    this.#release()
  }

  /** For writing from the start: one that begins by reading would fail where another process writes meanwhile. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async destroy(): Promise<void> {
    await this.#connection?.close()
  }

  async #execute<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const [first] = parameters
    const { rows = [], changes } =
      (await this.#connection?.run(first instanceof EveryRow ? { sql, batch: first.json } : { sql, parameters })) ?? {}
    return { rows: rows as R[], ...(changes === undefined ? {} : { numAffectedRows: BigInt(changes) }) }
  }
}

function streamQuery(): never {
  throw new Error('Rows are read a page at a time.')
}
