import { fileURLToPath } from 'node:url'
import { ConfigurationError, type LLMError } from '@llm/core'
import { Kysely, sql } from 'kysely'
import type { StoreBackend } from '../backend.ts'
import type { Engine, RowBatch } from '../sql/engine.ts'
import type { Database } from '../sql/schema.ts'
import { SqlBackend } from '../sql/sql-backend.ts'
import { refused, StoreError } from '../store-error.ts'
import { SqliteError } from './sqlite-connection.ts'
import { EveryRow, sqliteDialect } from './sqlite-dialect.ts'

/**
 * Space that is freed can be given back; readers and a writer do not wait for each other; no wait for the disk but at every
 * 16 MB; 16 MB of pages in memory.
 */
const PRAGMAS = [
  'auto_vacuum = incremental',
  'journal_mode = wal',
  'synchronous = normal',
  'wal_autocheckpoint = 4000',
  'cache_size = -16000',
]

/** A ledger in a file. `pragmas` are for tests that make a disk full. */
export function createSqliteBackend(url: string, pragmas: readonly string[] = []): StoreBackend {
  const file = url.startsWith('file:') ? fileURLToPath(new URL(url)) : url
  const connect = (): Kysely<Database> =>
    new Kysely<Database>({ dialect: sqliteDialect({ file, pragmas: [...PRAGMAS, ...pragmas] }) })
  const db = connect()
  return new SqlBackend(sqliteEngine({ db, reader: file === ':memory:' ? db : connect(), file }))
}

function sqliteEngine({ db, reader, file }: Pick<Engine, 'db' | 'reader'> & { readonly file: string }): Engine {
  return {
    db,
    reader,
    types: { text: sql`text`, integer: sql`integer`, real: sql`real` },
    insert: insertRows,
    textsOf: json => sql`select value from json_each(${json})`,
    tags: sql<{ value: string }>`json_each(llm_requests.tags)`.as('tag'),
    monthStart: time => sql`unixepoch(strftime('%Y-%m-01', ${time} / 1000, 'unixepoch')) * 1000`,
    // The transaction has the lock already.
    lock: () => Promise.resolve(),
    isMissingTable: error => error instanceof SqliteError && error.message.startsWith('no such table'),
    explain: error => (error instanceof SqliteError ? explain(error, file) : undefined),
    async reclaim() {
      await sql`pragma incremental_vacuum`.execute(db)
    },
  }
}

/** One message to the thread, which runs the statement for each row. */
async function insertRows(db: Kysely<Database>, { table, columns, rows, rest }: RowBatch): Promise<readonly unknown[]> {
  if (rows.length === 0) return []
  const listed = sql.join(columns.map(column => sql.ref(column)))
  const values = sql.raw(columns.map(() => '?').join(', '))
  const statement = sql`insert into ${sql.table(table)} (${listed}) values (${values}) ${rest}`.compile(db)
  const { rows: given } = await db.executeQuery({ ...statement, parameters: [new EveryRow(rows)] })
  return given
}

/** https://www.sqlite.org/rescode.html: the lowest byte is the kind of the error. */
function explain(cause: SqliteError, file: string): LLMError | undefined {
  switch ((cause.code ?? 0) & 0xff) {
    case 5:
      return new StoreError({
        message: `Another process keeps ${file} locked.`,
        hint: 'Rows wait until it is free. End the process that holds it, or its long transaction.',
        cause,
      })
    case 8:
    case 14:
      return new StoreError({
        message: `The ledger ${file} cannot be opened for writing.`,
        hint: 'Let this process write to the file and to its folder, or pass another { url }.',
        cause,
      })
    case 11:
    case 26:
      return new ConfigurationError({
        message: `${file} is no ledger, or is damaged.`,
        hint: 'Move it away, and a new one is made. Pass another { url } if it is a file of something else.',
        cause,
      })
    case 13:
      return new StoreError({
        message: `There is no space left for the ledger ${file}.`,
        hint: 'Free some, or delete old rows with requests.deleteOlderThan. Rows wait meanwhile.',
        cause,
      })
    // Too big, against a constraint, of a wrong type.
    case 18:
    case 19:
    case 20:
      return refused('SQLite', cause)
    default:
      return undefined
  }
}
