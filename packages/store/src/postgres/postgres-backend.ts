import { ConfigurationError, loadOptional, type LLMError } from '@llm/core'
import { Kysely, PostgresDialect, sql, type PostgresPool } from 'kysely'
import type { StoreBackend } from '../backend.ts'
import type { Engine, RowBatch } from '../sql/engine.ts'
import type { Database } from '../sql/schema.ts'
import { SqlBackend } from '../sql/sql-backend.ts'
import { refused, StoreError } from '../store-error.ts'

/** Any number that no other program is likely to lock by. */
const LOCK = 7_426_123_001

/** `bigint`, whose values are times and counts and so fit into a number. */
const BIGINT = 20

/** A ledger in a PostgreSQL database. */
export function createPostgresBackend(url: string): StoreBackend {
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: () => connect(url) }) })
  return new SqlBackend(postgresEngine(db))
}

async function connect(connectionString: string): Promise<PostgresPool> {
  const { default: pg } = await loadOptional('pg', () => import('pg'))
  const pool = new pg.Pool({
    connectionString,
    application_name: 'llm',
    max: 4,
    connectionTimeoutMillis: 5000,
    // A connection that died without a word would else be waited for for ever.
    query_timeout: 60_000,
    keepAlive: true,
    // The process may end while nothing is asked.
    allowExitOnIdle: true,
    types: {
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === BIGINT ? Number : (pg.types.getTypeParser(oid, format) as unknown)) as typeof pg.types.getTypeParser,
    },
  })
  // A connection that breaks is replaced at the next use. One that breaks while a transaction has it tells nobody else: with no
  // ear for it the process would end.
  pool.on('error', () => undefined)
  pool.on('connect', client => {
    client.on('error', () => undefined)
    // Compiling a question takes longer than answering it.
    client.query('set jit = off').catch(() => undefined)
  })
  return pool
}

function postgresEngine(db: Kysely<Database>): Engine {
  return {
    db,
    reader: db,
    types: { text: sql`text collate "C"`, integer: sql`bigint`, real: sql`double precision` },
    insert: insertRows,
    textsOf: json => sql`select json_array_elements_text(${json}::json)`,
    tags: sql<{ value: string }>`jsonb_array_elements_text(llm_requests.tags::jsonb)`.as<'tag'>(sql`tag(value)`),
    monthStart: time =>
      sql`(extract(epoch from date_trunc('month', to_timestamp(${time} / 1000) at time zone 'UTC') at time zone 'UTC') * 1000)::bigint`,
    async lock(transaction) {
      await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(transaction)
    },
    isMissingTable: error => codeOf(error) === '42P01',
    explain,
    // It vacuums by itself.
    reclaim: () => Promise.resolve(),
  }
}

/** All rows as one parameter: a statement then costs the same for one and for hundreds. */
async function insertRows(db: Kysely<Database>, { table, columns, rows, rest }: RowBatch): Promise<readonly unknown[]> {
  if (rows.length === 0) return []
  const objects = rows.map(row => {
    const entries = row.flatMap((value, index) => (value === null ? [] : [[columns[index] ?? '', value] as const]))
    return Object.fromEntries(entries)
  })
  const listed = sql.join(columns.map(column => sql.ref(column)))
  const values = sql`json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(objects)})`
  const statement = sql`insert into ${sql.table(table)} (${listed}) select ${listed} from ${values} ${rest}`
  return (await statement.execute(db)).rows
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | undefined)?.code
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html, or the code of a socket. */
function explain(cause: unknown): LLMError | undefined {
  const code = codeOf(cause)
  // The driver gives its own errors no code.
  const lost =
    cause instanceof Error && /^(Connection terminated|Query read timeout|timeout exceeded)/.test(cause.message)
  if (lost) return unreachable(cause)
  if (typeof code !== 'string') return undefined
  if (/^28|^3D/.test(code)) {
    const hint = 'Check the user, the password and the database in { url } or DATABASE_URL.'
    return new ConfigurationError({ message: 'PostgreSQL refuses the connection.', hint, cause })
  }
  if (/^53/.test(code)) {
    return new StoreError({
      message: 'PostgreSQL is out of space or of connections.',
      hint: 'Free some space, or raise max_connections; rows wait in memory meanwhile.',
      cause,
    })
  }
  // A value that does not fit, or more than a statement may hold.
  if (/^(22|23|54)/.test(code)) return refused('PostgreSQL', cause)
  return /^(08|57P)|^E[A-Z]+$/.test(code) ? unreachable(cause) : undefined
}

function unreachable(cause: unknown): StoreError {
  return new StoreError({ message: 'PostgreSQL cannot be reached.', hint: 'Rows wait until it is there again.', cause })
}
