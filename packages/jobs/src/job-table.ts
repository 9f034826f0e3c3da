import { isRecord, ValidationError } from '@llm/core'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { readFailure } from './failure.ts'
import type { Job, JobFailure, JobFilter, JobPage, JobProgress, JobState } from './job.ts'
import type { JobPayload } from './job-request.ts'

/** One attempt at a job, as whoever claimed it holds it. What it writes counts only while the claim does. */
export interface Attempt {
  readonly id: string
  readonly retryCount: number
}

/** How long jobs are kept after their end, as pg-boss takes it: 0 is for ever. */
export interface KeepSeconds {
  readonly ended: number
  /** It stands in each row from the start, as pg-boss itself ends what was lost or took too long. */
  readonly failed: number
}

/** What came of a write: nothing, where the claim was gone. */
export type Written = JobState | undefined

/** The queue of jobs, and that of callbacks to be made. */
export const JOBS = 'jobs'
export const CALLBACKS = 'callbacks'

const OWNERS = ['userId', 'projectId', 'organizationId'] as const

type BossState = JobWithMetadata['state']

const STATES: Readonly<Record<BossState, JobState>> = {
  created: 'queued',
  retry: 'queued',
  active: 'active',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** https://www.postgresql.org/docs/current/datatype-uuid.html */
const UUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i
const CURSOR = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) ([\da-f-]{36})$/

/**
 * What pg-boss has no call for. How a job ends is written in one statement, together with its callback, so that a process
 * may die at any point. All that is known here of pg-boss's table is in this file: https://pgboss.io/sql
 */
export class JobTable {
  readonly #boss: PgBoss
  readonly #schema: string
  readonly #table: string
  readonly #keep: KeepSeconds

  constructor(boss: PgBoss, { schema, keep }: { readonly schema: string; readonly keep: KeepSeconds }) {
    this.#boss = boss
    this.#schema = schema
    this.#table = `${schema}.job_common`
    this.#keep = keep
  }

  /** Lists are read through these. Processes that start at once must not both make them. */
  async createIndexes(): Promise<void> {
    const owners = OWNERS.map(
      owner =>
        `CREATE INDEX IF NOT EXISTS llm_${owner.toLowerCase()} ON ${this.#table} ((data->>'${owner}'), created_on, id)
           WHERE name = '${JOBS}' AND data->>'${owner}' IS NOT NULL;`,
    )
    await this.#query(`BEGIN; SELECT pg_advisory_xact_lock(hashtext('${this.#table}'));
      CREATE INDEX IF NOT EXISTS llm_created ON ${this.#table} (created_on, id) WHERE name = '${JOBS}';
      ${owners.join('\n')} COMMIT`)
  }

  async find(id: string): Promise<Job | undefined> {
    if (!UUID.test(id)) return undefined
    const rows = await this.#query(
      `SELECT ${COLUMNS}, data, output FROM ${this.#table} WHERE name = '${JOBS}' AND id = $1`,
      [id],
    )
    return rows[0] && toJob(rows[0] as unknown as Row)
  }

  /** Where a job is, without the weight of its request and result. */
  async stateOf(id: string): Promise<JobState | undefined> {
    if (!UUID.test(id)) return undefined
    const rows = await this.#query(`SELECT state FROM ${this.#table} WHERE name = '${JOBS}' AND id = $1`, [id])
    return rows[0] && STATES[rows[0]['state'] as BossState]
  }

  /** The newest first. Pages go on from a row, so that new jobs shift none. */
  async list({ state, limit = 50, cursor, ...owner }: JobFilter): Promise<JobPage> {
    const values: unknown[] = [limit + 1]
    const bind = (value: unknown): string => `$${String(values.push(value))}`
    const where = [`name = '${JOBS}'`]
    for (const field of OWNERS) {
      if (owner[field] !== undefined) where.push(`data->>'${field}' = ${bind(owner[field])}`)
    }
    if (state !== undefined) where.push(`state = ANY(${bind(bossStates(state))}::text[]::${this.#schema}.job_state[])`)
    if (cursor !== undefined) {
      const [after, id] = readCursor(cursor)
      where.push(`(created_on, id) < (${bind(after)}::timestamptz, ${bind(id)}::uuid)`)
    }
    const rows = await this.#query(
      `SELECT ${COLUMNS}, data - 'request' AS data, output - 'result' AS output,
         to_char(created_on AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || id AS cursor
       FROM ${this.#table} WHERE ${where.join(' AND ')} ORDER BY created_on DESC, id DESC LIMIT $1`,
      values,
    )
    const page = (rows as unknown as (Row & { cursor: string })[]).slice(0, limit)
    const next = rows.length > limit ? page.at(-1)?.cursor : undefined
    return { items: page.map(toJob), ...(next !== undefined && { nextCursor: next }) }
  }

  async setProgress(attempt: Attempt, progress: JobProgress): Promise<void> {
    await this.#query(`UPDATE ${this.#table} SET output = COALESCE(output, '{}') || $3::text::jsonb WHERE ${CLAIMED}`, [
      ...claim(attempt),
      JSON.stringify({ progress }),
    ])
  }

  complete(attempt: Attempt, output: object): Promise<Written> {
    const set = `state = 'completed', completed_on = now(), output = $3::text::jsonb, ${this.#kept('ended')}`
    return this.#write(set, CLAIMED, [...claim(attempt), JSON.stringify(output)])
  }

  /** Ends an attempt. After the last one, or without a `delay` in milliseconds, the job has failed. */
  fail(attempt: Attempt, error: JobFailure, delay: number | undefined): Promise<Written> {
    const last = delay === undefined ? 'true' : 'retry_count >= retry_limit'
    const set = `state = CASE WHEN ${last} THEN 'failed' ELSE 'retry' END::${this.#schema}.job_state,
      completed_on = CASE WHEN ${last} THEN now() END,
      start_after = now() + $4::float8 * interval '1 ms',
      keep_until = now() + $4::float8 * interval '1 ms' + (keep_until - start_after),
      heartbeat_on = NULL, output = $3::text::jsonb`
    return this.#write(set, CLAIMED, [...claim(attempt), JSON.stringify({ error }), Math.round(delay ?? 0)])
  }

  /** Gives a job back that was not at fault, for another to take at once: the attempt does not count. */
  release(attempt: Attempt): Promise<Written> {
    const set = `state = 'retry', retry_limit = retry_limit + 1, start_after = now(), heartbeat_on = NULL`
    return this.#write(set, CLAIMED, claim(attempt))
  }

  async cancel(id: string): Promise<Written> {
    if (!UUID.test(id)) return undefined
    const where = `name = '${JOBS}' AND id = $1 AND state < 'completed'`
    return this.#write(`state = 'cancelled', completed_on = now(), ${this.#kept('ended')}`, where, [id])
  }

  /** Queues a job that has failed or was cancelled, for as many attempts as it had at first. */
  async retry(id: string): Promise<Written> {
    if (!UUID.test(id)) return undefined
    const set = `state = 'retry', completed_on = NULL, start_after = now(), ${this.#kept('failed')},
      keep_until = now() + (keep_until - start_after),
      retry_limit = retry_count + (data->>'maxAttempts')::int - (started_on IS NULL)::int`
    return this.#write(set, `name = '${JOBS}' AND id = $1 AND state IN ('failed', 'cancelled')`, [id])
  }

  async claimed(): Promise<readonly Attempt[]> {
    const rows = await this.#query(
      `SELECT id, retry_count AS "retryCount" FROM ${this.#table}
       WHERE state = 'active' AND name IN ('${JOBS}', '${CALLBACKS}')`,
    )
    return rows as unknown as Attempt[]
  }

  /** An embedded database has nobody who does this by itself. */
  async vacuum(): Promise<void> {
    await this.#query(`VACUUM (ANALYZE) ${this.#table}`)
  }

  /** Changes a row. Where that ends a job that has a callback, the callback is queued with it. */
  async #write(set: string, where: string, values: unknown[]): Promise<Written> {
    const rows = await this.#query(
      `WITH written AS (UPDATE ${this.#table} SET ${set} WHERE ${where} RETURNING id, name, state, data),
       called AS (
         INSERT INTO ${this.#schema}.job (name, data, source_id, source_name, retry_limit, expire_seconds,
           deletion_seconds, heartbeat_seconds, keep_until)
         SELECT queue.name, jsonb_build_object('callbackUrl', data->'callbackUrl'), id, written.name, queue.retry_limit,
           queue.expire_seconds, queue.deletion_seconds, queue.heartbeat_seconds,
           now() + queue.retention_seconds * interval '1 s'
         FROM written JOIN ${this.#schema}.queue ON queue.name = '${CALLBACKS}'
         WHERE written.name = '${JOBS}' AND data->>'callbackUrl' IS NOT NULL
           AND state IN ('completed', 'failed', 'cancelled')
       )
       SELECT state FROM written`,
      values,
    )
    return rows[0] && STATES[rows[0]['state'] as BossState]
  }

  #kept(as: keyof KeepSeconds): string {
    return `deletion_seconds = ${String(this.#keep[as])}`
  }

  async #query(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.#boss.getDb().executeSql(text, values)).rows as Record<string, unknown>[]
  }
}

const CLAIMED = `name IN ('${JOBS}', '${CALLBACKS}') AND id = $1 AND state = 'active' AND retry_count = $2`

function claim({ id, retryCount }: Attempt): unknown[] {
  return [id, retryCount]
}

function bossStates(state: JobState): string[] {
  return Object.entries(STATES).flatMap(([name, own]) => (own === state ? [name] : []))
}

function readCursor(cursor: string): readonly [string, string] {
  const [, after, id] = CURSOR.exec(cursor) ?? []
  if (after !== undefined && id !== undefined && UUID.test(id)) return [after, id]
  throw new ValidationError({
    message: 'cursor is not that of a page of jobs.',
    hint: 'Pass the nextCursor of the page before, as it is.',
    parameter: 'cursor',
  })
}

const COLUMNS = `id, state, priority, retry_count AS "retryCount", retry_limit AS "retryLimit", created_on AS "createdOn",
  start_after AS "startAfter", started_on AS "startedOn", completed_on AS "completedOn"`

interface Row {
  readonly id: string
  readonly state: BossState
  readonly priority: number
  readonly retryCount: number
  readonly retryLimit: number
  readonly createdOn: Date
  readonly startAfter: Date
  readonly startedOn: Date | null
  readonly completedOn: Date | null
  readonly data: JobPayload
  readonly output: unknown
}

function toJob(row: Row): Job {
  const { stream: _stream, timeout: _timeout, ...payload } = row.data
  const output = isRecord(row.output) ? row.output : {}
  const error = readFailure(output)
  const job = {
    ...payload,
    id: row.id,
    state: STATES[row.state],
    priority: row.priority,
    attempts: row.startedOn === null ? 0 : row.retryCount + 1,
    maxAttempts: row.retryLimit + 1,
    createdAt: row.createdOn.toISOString(),
    startAfter: row.startAfter.toISOString(),
    ...(row.startedOn && { startedAt: row.startedOn.toISOString() }),
    ...(row.completedOn && { endedAt: row.completedOn.toISOString() }),
    ...(output['progress'] !== undefined && { progress: output['progress'] }),
    ...(output['result'] !== undefined && { result: output['result'] }),
    ...(error !== undefined && { error }),
  }
  return job as unknown as Job
}
