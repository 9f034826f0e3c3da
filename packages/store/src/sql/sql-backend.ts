import type { LLMError } from '@llm/core'
import { sql, type Kysely } from 'kysely'
import type { PageQuery, StoreBackend } from '../backend.ts'
import type { RequestDetail, RequestRecord } from '../record.ts'
import type { UsageGroup, UsageOptions } from '../repository.ts'
import { timePrefix } from '../request-id.ts'
import type { Engine, RowBatch } from './engine.ts'
import { matches } from './filters.ts'
import { migrate } from './migrate.ts'
import { attemptRow, requestRow, toAttempt, toRequest } from './rows.ts'
import { ATTEMPT_COLUMNS, REQUEST_COLUMNS, type Database, type RequestRow } from './schema.ts'
import { SqlBudgets } from './sql-budgets.ts'
import { addToDays, OPEN } from './usage-days.ts'
import { usageQuery } from './usage-query.ts'

const REQUESTS = Object.keys(REQUEST_COLUMNS)
const ATTEMPTS = Object.keys(ATTEMPT_COLUMNS)
const LISTED = (Object.keys(REQUEST_COLUMNS) as (keyof RequestRow)[]).filter(
  name => !['prompt', 'answer'].includes(name),
)

const SLICE = 250

/** How many rows are changed at once, so that writers need not wait long. */
const AT_ONCE = 5000

/** Rows in a database: the same queries on both. */
export class SqlBackend implements StoreBackend {
  readonly budgets: SqlBudgets
  #engine: Engine

  constructor(engine: Engine) {
    this.#engine = engine
    this.budgets = new SqlBudgets(engine)
  }

  async open(): Promise<void> {
    await migrate(this.#engine)
  }

  async write(records: readonly RequestDetail[]): Promise<void> {
    const { db, insert, textsOf } = this.#engine
    await db.transaction().execute(async transaction => {
      // A batch may come twice, where the answer to the first was lost: what has ended is not counted again.
      const ended: string[] = []
      // A slice at a time: putting rows into words takes this thread about a millisecond.
      for (let from = 0; from < records.length; from += SLICE) {
        const slice = records.slice(from, from + SLICE)
        const changed = (await insert(transaction, requestBatch(slice))) as readonly Pick<RequestRow, 'id' | 'status'>[]
        await insert(transaction, attemptBatch(slice))
        ended.push(...changed.filter(({ status }) => status !== 'started').map(({ id }) => id))
      }
      if (ended.length === 0) return
      await addToDays(transaction, { where: sql`id in (${textsOf(JSON.stringify(ended))})`, sign: 1 })
    })
  }

  async touch(ids: readonly string[], seenAt: Date): Promise<void> {
    const underWay = this.#engine.db.updateTable('llm_requests').where('status', '=', sql.lit('started'))
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE)
      await underWay.set({ seen_at: seenAt.getTime() }).where('id', 'in', some).execute()
    }
  }

  async interrupt(before: Date): Promise<void> {
    await this.#engine.db
      .updateTable('llm_requests')
      .set({ status: 'interrupted' })
      .where('status', '=', sql.lit('started'))
      .where('seen_at', '<', before.getTime())
      .execute()
  }

  async find(id: string): Promise<RequestDetail | undefined> {
    const { reader } = this.#engine
    const requests = reader.selectFrom('llm_requests').selectAll()
    const row =
      (await requests.where('id', '=', id).executeTakeFirst()) ??
      (await requests.where('call_id', '=', id).orderBy('id', 'desc').limit(1).executeTakeFirst())
    if (row === undefined) return undefined
    const attempts = reader.selectFrom('llm_attempts').selectAll().where('request_id', '=', row.id).orderBy('position')
    return { ...toRequest(row), attempts: (await attempts.execute()).map(toAttempt) }
  }

  async page({ limit, cursor, first, content = false, ...filter }: PageQuery): Promise<readonly RequestRecord[]> {
    const oldest = first === 'oldest'
    let query = this.#engine.reader
      .selectFrom('llm_requests')
      .select(LISTED)
      .where(matches(filter, this.#engine))
      .orderBy('id', oldest ? 'asc' : 'desc')
      .limit(limit)
    if (cursor !== undefined) query = query.where('id', oldest ? '>' : '<', cursor)
    const rows = await (content ? query.select(['prompt', 'answer']) : query).execute()
    return rows.map(toRequest)
  }

  async usage(options: UsageOptions): Promise<readonly UsageGroup[]> {
    return usageQuery(this.#engine, options)
  }

  async deleteBefore(date: Date): Promise<number> {
    const { db, reclaim } = this.#engine
    const old = db.selectFrom('llm_requests').select('id').where('id', '<', timePrefix(date.getTime()))
    let deleted = 0
    for (;;) {
      const ids = (await old.limit(AT_ONCE).orderBy('id').execute()).map(({ id }) => id)
      const last = ids.at(-1)
      if (last === undefined) break
      await db.transaction().execute(transaction => deleteUntil(transaction, last))
      deleted += ids.length
    }
    if (deleted > 0) await reclaim()
    return deleted
  }

  explain(error: unknown): LLMError | undefined {
    return this.#engine.explain(error)
  }

  async close(): Promise<void> {
    const { db, reader } = this.#engine
    await Promise.all([...new Set([db, reader])].map(connection => connection.destroy()))
  }
}

async function deleteUntil(transaction: Kysely<Database>, last: string): Promise<void> {
  await addToDays(transaction, { where: sql`id <= ${last}`, sign: -1 })
  await sql`delete from llm_usage_days where requests <= 0`.execute(transaction)
  await transaction.deleteFrom('llm_attempts').where('request_id', '<=', last).execute()
  await transaction.deleteFrom('llm_requests').where('id', '<=', last).execute()
}

/** Rows in place of those with the same id, but for those that have ended. */
function requestBatch(records: readonly RequestDetail[]): RowBatch {
  const replaced = REQUESTS.map(column => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`)
  const rest = sql`on conflict (id) do update set ${sql.join(replaced)} where ${OPEN} returning id, status`
  return { table: 'llm_requests', columns: REQUESTS, rows: records.map(requestRow), rest }
}

function attemptBatch(records: readonly RequestDetail[]): RowBatch {
  const rows = records.flatMap(({ attempts }) => attempts.map(attemptRow))
  return { table: 'llm_attempts', columns: ATTEMPTS, rows, rest: sql`on conflict do nothing` }
}
