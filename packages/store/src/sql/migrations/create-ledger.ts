import { sql, type CreateTableBuilder, type Kysely, type RawBuilder } from 'kysely'
import type { ColumnTypes } from '../engine.ts'
import type { Database } from '../schema.ts'

const TOKENS = [
  'input_tokens',
  'output_tokens',
  'total_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
]
const MEDIA_TOKENS = ['input_audio_tokens', 'output_audio_tokens', 'input_image_tokens', 'output_image_tokens']

type Table = CreateTableBuilder<string, string>

/** Version 1. Ids are in order of time, so that one index serves order, paging and ranges. */
export async function createLedger(db: Kysely<Database>, types: ColumnTypes): Promise<void> {
  for (const create of [createRequests, createAttempts, createUsageDays, createBudgets]) {
    await create(db, types).execute()
  }
  for (const name of ['user_id', 'project_id', 'organization_id', 'call_id']) {
    await db.schema
      .createIndex(`llm_requests_${name}`)
      .on('llm_requests')
      .columns([name, 'id'])
      .where(sql.ref(name), 'is not', null)
      .execute()
  }
  for (const [name, condition] of [
    ['under_way', sql<boolean>`status = 'started'`],
    ['open', sql<boolean>`status in ('started', 'interrupted')`],
  ] as const) {
    const column = name === 'under_way' ? 'seen_at' : 'id'
    await db.schema.createIndex(`llm_requests_${name}`).on('llm_requests').column(column).where(condition).execute()
  }
}

function createRequests(db: Kysely<Database>, { text, integer, real }: ColumnTypes): Table {
  const table: Table = db.schema.createTable('llm_requests').addColumn('id', text, column => column.primaryKey())
  return add(table, [
    [required(integer), ['started_at', 'attempt_count']],
    [required(text), ['operation', 'status', 'provider', 'model']],
    [integer, ['http_status', 'seen_at', ...TOKENS, ...MEDIA_TOKENS]],
    [real, ['ms', 'first_token_ms', 'cost']],
    [text, ['family', 'finish_reason', 'cache', 'error_code', 'error_name', 'error_message', 'usage_source']],
    [text, ['cost_source', 'user_id', 'project_id', 'organization_id', 'tags', 'experiment', 'variant']],
    // Last, so that what is long stands behind what is summed up.
    [text, ['call_id', 'response_id', 'host_request_id', 'prompt', 'answer']],
  ])
}

function createAttempts(db: Kysely<Database>, { text, integer, real }: ColumnTypes): Table {
  return add(createTable(db, 'llm_attempts', ['request_id', 'position']), [
    [required(text), ['request_id', 'provider', 'model']],
    [required(integer), ['position']],
    [required(real), ['ms']],
    [integer, [...TOKENS, ...MEDIA_TOKENS]],
    [text, ['error_code', 'usage_source', 'cost_source']],
    [real, ['cost']],
  ])
}

function createUsageDays(db: Kysely<Database>, { text, integer, real }: ColumnTypes): Table {
  const kinds = ['operation', 'provider', 'model', 'family', 'status', 'error_code', 'finish_reason']
  const keys = [...kinds, 'cache', 'experiment', 'variant']
  const counts = ['requests', 'successes', 'errors', 'aborted', 'interrupted', 'cache_hits', 'unpriced', 'attempts']
  return add(createTable(db, 'llm_usage_days', ['day', ...keys]), [
    [required(integer), ['day']],
    [required(text), keys],
    [integer, [...counts, ...TOKENS, 'ms_count', 'first_token_ms_count']],
    [real, ['cost', 'ms_sum', 'first_token_ms_sum']],
  ])
}

function createBudgets(db: Kysely<Database>, { text, integer, real }: ColumnTypes): Table {
  return add(createTable(db, 'llm_budgets', ['key', 'start']), [
    [required(text), ['key']],
    [required(integer), ['start']],
    [integer, ['ends_at']],
    [required(real), ['tokens', 'cost']],
  ])
}

function createTable(db: Kysely<Database>, name: string, key: readonly string[]): Table {
  return db.schema.createTable(name).addPrimaryKeyConstraint(`${name}_key`, key as never[])
}

function required(type: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`${type} not null`
}

function add(table: Table, columns: readonly (readonly [RawBuilder<unknown>, readonly string[]])[]): Table {
  const named = columns.flatMap(([type, names]) => names.map(name => [name, type] as const))
  return named.reduce((built, [name, type]) => built.addColumn(name, type), table)
}
