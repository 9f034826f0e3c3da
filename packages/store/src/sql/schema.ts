import type { AttemptRecord, RequestRecord } from '../record.ts'

type SnakeCase<Text extends string> = Text extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${SnakeCase<Tail>}`
  : Text

/** A record as its row: names in snake case, times in milliseconds, lists as JSON, `null` for what is absent. */
type Row<R> = {
  [K in keyof R & string as SnakeCase<K>]-?: undefined extends R[K]
    ? Column<Exclude<R[K], undefined>> | null
    : Column<R[K]>
}

type Column<Value> = Value extends Date ? number : Value extends readonly unknown[] ? string : Value

export type RequestRow = Row<RequestRecord>
export type AttemptRow = Row<AttemptRecord>

/** The tables, as Kysely is told of them. */
export interface Database {
  llm_requests: RequestRow
  llm_attempts: AttemptRow
  llm_usage_days: { day: number }
  llm_budgets: { key: string; start: number; ends_at: number | null; tokens: number; cost: number }
  llm_schema: { version: number }
}

export type ColumnType = 'text' | 'integer' | 'real'

const USAGE = {
  input_tokens: 'integer',
  output_tokens: 'integer',
  total_tokens: 'integer',
  cache_read_tokens: 'integer',
  cache_write_tokens: 'integer',
  reasoning_tokens: 'integer',
  input_audio_tokens: 'integer',
  output_audio_tokens: 'integer',
  input_image_tokens: 'integer',
  output_image_tokens: 'integer',
  usage_source: 'text',
  cost: 'real',
  cost_source: 'text',
} as const satisfies Partial<Record<keyof RequestRow & keyof AttemptRow, ColumnType>>

/** Every column that is written, and its type. */
export const REQUEST_COLUMNS: Readonly<Record<keyof RequestRow, ColumnType>> = {
  id: 'text',
  call_id: 'text',
  operation: 'text',
  started_at: 'integer',
  status: 'text',
  provider: 'text',
  model: 'text',
  family: 'text',
  ms: 'real',
  first_token_ms: 'real',
  finish_reason: 'text',
  cache: 'text',
  attempt_count: 'integer',
  error_code: 'text',
  error_name: 'text',
  error_message: 'text',
  http_status: 'integer',
  ...USAGE,
  user_id: 'text',
  project_id: 'text',
  organization_id: 'text',
  tags: 'text',
  experiment: 'text',
  variant: 'text',
  response_id: 'text',
  host_request_id: 'text',
  prompt: 'text',
  answer: 'text',
  seen_at: 'integer',
}

/** Texts that are there even where they are empty. */
export const REQUIRED: readonly string[] = ['id', 'request_id', 'operation', 'status', 'provider', 'model']

export const ATTEMPT_COLUMNS: Readonly<Record<keyof AttemptRow, ColumnType>> = {
  request_id: 'text',
  position: 'integer',
  provider: 'text',
  model: 'text',
  ms: 'real',
  error_code: 'text',
  ...USAGE,
}
