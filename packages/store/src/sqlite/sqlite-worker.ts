import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** A statement for the database; without one it is closed. */
export interface SqliteStatement {
  readonly sql?: string | undefined
  readonly parameters?: readonly unknown[] | undefined
  /** In place of `parameters`: a list of them as JSON. The statement is run with each. */
  readonly batch?: string | undefined
}

export interface SqliteRequest extends SqliteStatement {
  readonly id: number
}

/** What came of it. */
export interface SqliteReply {
  readonly id: number
  readonly rows?: readonly Record<string, unknown>[]
  readonly changes?: number
  readonly error?: { readonly message: string; readonly code: number | undefined }
}

/** What the worker is started with. */
export interface SqliteWorkerData {
  readonly file: string
  readonly pragmas: readonly string[]
}

/**
 * The body of the thread that has the database: writing to a disk, waiting for another process and long questions would
 * else hold up every call. It is started from its text, so that it needs no file of its own however this package is bundled:
 * nothing outside of it can be used in it.
 */
export function sqliteWorker(): void {
  const threads = process.getBuiltinModule('node:worker_threads')
  const sqlite = process.getBuiltinModule('node:sqlite')
  const { closeSync, existsSync, mkdirSync, openSync } = process.getBuiltinModule('node:fs')
  const path = process.getBuiltinModule('node:path')
  const { file, pragmas } = threads.workerData as SqliteWorkerData
  const statements = new Map<string, StatementSync>()
  let database: DatabaseSync | undefined

  function open(): DatabaseSync {
    if (file !== ':memory:' && !existsSync(file)) {
      mkdirSync(path.dirname(file), { recursive: true })
      // Prompts may be private: SQLite gives the files beside it the permissions of this one.
      closeSync(openSync(file, 'a', 0o600))
    }
    const opened = new sqlite.DatabaseSync(file, { timeout: 10_000 })
    for (const pragma of pragmas) opened.exec(`pragma ${pragma}`)
    return opened
  }

  function prepare(sql: string): StatementSync {
    database ??= open()
    const known = statements.get(sql)
    if (known !== undefined) return known
    if (statements.size >= 100) statements.clear()
    const statement = database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }

  function run({ id, sql, parameters = [], batch }: SqliteRequest): SqliteReply {
    if (sql === undefined) {
      database?.close()
      return { id }
    }
    const statement = prepare(sql)
    type Values = (string | number | null)[]
    if (batch !== undefined) return { id, rows: (JSON.parse(batch) as Values[]).flatMap(row => statement.all(...row)) }
    const values = parameters as Values
    if (statement.columns().length > 0) return { id, rows: statement.all(...values) }
    return { id, changes: Number(statement.run(...values).changes) }
  }

  threads.parentPort?.on('message', (request: SqliteRequest) => {
    let reply: SqliteReply
    try {
      reply = run(request)
    } catch (error) {
      const { message, errcode, syscall } = error as Error & { errcode?: number; syscall?: string }
      // A folder that cannot be made is a file that cannot be opened: SQLITE_CANTOPEN.
      reply = { id: request.id, error: { message, code: syscall === undefined ? errcode : 14 } }
    }
    threads.parentPort?.postMessage(reply)
  })
}
