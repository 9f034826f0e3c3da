import type { AttemptRecord, RequestDetail, RequestRecord } from '../record.ts'
import type { ColumnValue } from './engine.ts'
import {
  ATTEMPT_COLUMNS,
  REQUEST_COLUMNS,
  REQUIRED,
  type AttemptRow,
  type ColumnType,
  type RequestRow,
} from './schema.ts'

const TIMES: readonly string[] = ['startedAt', 'seenAt']

const LONGEST_NAME = 255
const UNCUT = ['tags', 'error_message', 'prompt', 'answer']

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

/** A record as a row: a value for each column, in order. */
export function requestRow(record: RequestDetail): ColumnValue[] {
  return toRow(record, REQUEST_FIELDS)
}

export function attemptRow(record: AttemptRecord): ColumnValue[] {
  return toRow(record, ATTEMPT_FIELDS)
}

export function toRequest(row: Partial<RequestRow>): RequestRecord {
  return toRecord(row, REQUEST_FIELDS) as unknown as RequestRecord
}

export function toAttempt(row: AttemptRow): AttemptRecord {
  return toRecord(row, ATTEMPT_FIELDS) as unknown as AttemptRecord
}

function toRow(record: object, fields: readonly Field[]): ColumnValue[] {
  return fields.map(({ column, key, type }) => {
    const given = toColumn((record as Record<string, unknown>)[key], type)
    const value = typeof given === 'string' && !UNCUT.includes(column) ? cutName(given) : given
    // An id that is empty is none.
    return value === '' && !REQUIRED.includes(column) ? null : value
  })
}

/** A value that the column takes, whatever came: one row that the database refuses would hold up all others. */
function toColumn(value: unknown, type: ColumnType): ColumnValue {
  if (value === undefined || value === null) return null
  if (Array.isArray(value)) return JSON.stringify(value.map(one => wellFormed(String(one))))
  if (type === 'text') return wellFormed(typeof value === 'string' ? value : JSON.stringify(value))
  const number = Number(value)
  if (type === 'real') return Number.isFinite(number) ? number : null
  return Number.isSafeInteger(Math.round(number)) ? Math.round(number) : null
}

/** Names and ids are kept to this length: an index of PostgreSQL takes no text that is longer than 2,700 bytes. */
export function cutName(text: string): string {
  return text.length <= LONGEST_NAME ? text : wellFormed(text.slice(0, LONGEST_NAME))
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
