import type { RequestRecord } from './record.ts'
import type { ExportOptions, ListOptions, RequestPage } from './repository.ts'

const PAGE = 1000

/** The columns, in order. A test holds them against the record's type. */
export const EXPORT_FIELDS = [
  'id',
  'callId',
  'startedAt',
  'operation',
  'status',
  'provider',
  'model',
  'family',
  'ms',
  'firstTokenMs',
  'finishReason',
  'cache',
  'attemptCount',
  'errorCode',
  'errorName',
  'errorMessage',
  'httpStatus',
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'inputAudioTokens',
  'outputAudioTokens',
  'inputImageTokens',
  'outputImageTokens',
  'usageSource',
  'cost',
  'costSource',
  'userId',
  'projectId',
  'organizationId',
  'tags',
  'experiment',
  'variant',
  'responseId',
  'hostRequestId',
  'seenAt',
  'prompt',
  'answer',
] as const

/** The lines of an export, a page at a time: memory does not grow with the ledger. */
export async function* exportLines(
  list: (options: ListOptions) => Promise<RequestPage>,
  { format, content = false, ...filter }: ExportOptions,
): AsyncGenerator<string, void> {
  const fields = EXPORT_FIELDS.filter(field => content || (field !== 'prompt' && field !== 'answer'))
  const line =
    format === 'csv' ? (record: RequestRecord) => csvLine(fields.map(field => record[field])) : JSON.stringify
  if (format === 'csv') yield csvLine(fields)
  let cursor: string | undefined
  do {
    const page: RequestPage = await list({ ...filter, content, cursor, limit: PAGE, first: 'oldest' })
    const text = page.items.map(record => (format === 'csv' ? line(record) : `${line(record)}\n`)).join('')
    if (text !== '') yield text
    cursor = page.nextCursor
  } while (cursor !== undefined)
}

/** https://www.rfc-editor.org/rfc/rfc4180 */
function csvLine(values: readonly RequestRecord[keyof RequestRecord][]): string {
  return `${values.map(csvField).join(',')}\r\n`
}

function csvField(value: RequestRecord[keyof RequestRecord]): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value)
  // A spreadsheet would run it as a formula. https://owasp.org/www-community/attacks/CSV_Injection
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
