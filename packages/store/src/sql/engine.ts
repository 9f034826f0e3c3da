import type { AliasedRawBuilder, Kysely, RawBuilder } from 'kysely'
import type { LLMError } from '@llm/core'
import type { Database } from './schema.ts'

/** Rows to write, each with a value for every column. */
export interface RowBatch {
  readonly table: 'llm_requests' | 'llm_attempts'
  readonly columns: readonly string[]
  readonly rows: readonly (readonly ColumnValue[])[]
  /** What stands behind the values: what to do about rows that are there, and what to give back. */
  readonly rest: RawBuilder<unknown>
}

export type ColumnValue = string | number | null

/** The column types of a database. Texts compare byte by byte, whole numbers are as long as a time. */
export type ColumnTypes = Readonly<Record<'text' | 'integer' | 'real', RawBuilder<unknown>>>

/** The little in which the two databases differ. */
export interface Engine {
  readonly db: Kysely<Database>
  /** For questions, which writing need not wait for. */
  readonly reader: Kysely<Database>
  readonly types: ColumnTypes
  /** Writes rows at the cost of one statement, and gives back what `rest` asks for. */
  readonly insert: (transaction: Kysely<Database>, batch: RowBatch) => Promise<readonly unknown[]>
  /** The texts of a JSON list, as a `select`. */
  readonly textsOf: (json: string) => RawBuilder<unknown>
  /** The tags of a request, a row each. */
  readonly tags: AliasedRawBuilder<{ value: string }, 'tag'>
  /** When the month of a time began, both in milliseconds since 1970. */
  readonly monthStart: (time: RawBuilder<number>) => RawBuilder<number>
  /** Holds off other processes that would make the tables too, until the transaction ends. */
  readonly lock: (transaction: Kysely<Database>) => Promise<void>
  readonly isMissingTable: (error: unknown) => boolean
  readonly explain: (error: unknown) => LLMError | undefined
  /** After many rows were deleted. */
  readonly reclaim: () => Promise<void>
}
