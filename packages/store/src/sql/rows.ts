import type { AttemptRecord, RequestDetail, RequestRecord } from '../record.ts'
import {
  ATTEMPT_COLUMNS,
  REQUEST_COLUMNS,
  REQUIRED,
  type AttemptRow,
  type ColumnType,
  type RequestRow,
} from './schema.ts'

const TIMES: readonly string[] = ['startedAt', 'seenAt']

interface Field {
  readonly column: string
  readonly key: string
  readonly type: ColumnType
}

const fieldsOf = (columns: Readonly<Record<string, ColumnType>>): readonly Field[] =>
  Object.entries(columns).map(([column, type]) => ({
    column,
    type,
    key: fieldName(column),
  }))

const REQUEST_FIELDS = fieldsOf(REQUEST_COLUMNS)
const ATTEMPT_FIELDS = fieldsOf(ATTEMPT_COLUMNS)

function fieldName(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** The column of a field: its name in snake case. */
export function columnName(field: string): string {
  return field.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}

/** All rows of a batch as one parameter each: a statement then costs the same for one row and for hundreds. */
export function batchJson(records: readonly RequestDetail[]): { readonly requests: string; readonly attempts: string } {
  return {
    requests: JSON.stringify(records.map(record => toRow(record, REQUEST_FIELDS))),
    attempts: JSON.stringify(records.flatMap(({ attempts }) => attempts.map(one => toRow(one, ATTEMPT_FIELDS)))),
  }
}

export function toRequest(row: Partial<RequestRow>): RequestRecord {
  return toRecord(row, REQUEST_FIELDS) as unknown as RequestRecord
}

export function toAttempt(row: AttemptRow): AttemptRecord {
  return toRecord(row, ATTEMPT_FIELDS) as unknown as AttemptRecord
}

function toRow(record: object, fields: readonly Field[]): Record<string, string | number> {
  const row: Record<string, string | number> = {}
  for (const { column, key, type } of fields) {
    const value = toColumn((record as Record<string, unknown>)[key], type)
    // An id that is empty is none.
    if (value !== undefined && (value !== '' || REQUIRED.includes(column))) row[column] = value
  }
  return row
}

/** A value that the column takes, whatever came: one row that the database refuses would hold up all others. */
function toColumn(value: unknown, type: ColumnType): string | number | undefined {
  if (value === undefined || value === null) return undefined
  if (type === 'text') return wellFormed(typeof value === 'string' ? value : JSON.stringify(value))
  const number = Number(value)
  if (!Number.isFinite(number)) return undefined
  if (type === 'real') return number
  return Number.isSafeInteger(Math.round(number)) ? Math.round(number) : undefined
}

/** PostgreSQL takes neither NUL nor half a surrogate pair in a text. */
function wellFormed(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}

function toRecord(row: object, fields: readonly Field[]): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (const { column, key } of fields) {
    const value = (row as Record<string, unknown>)[column]
    if (value === null || value === undefined) continue
    record[key] = key === 'tags' ? JSON.parse(value as string) : TIMES.includes(key) ? new Date(value as number) : value
  }
  return record
}
