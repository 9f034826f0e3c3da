import { isRecord, tryParseJson, type ErrorDetails, type ErrorKind } from '@llm/core'

/**
 * Reads a `google.rpc.Status`, in any of the forms it comes in: `{ error }`, a list of one, the status itself with a gRPC
 * code (in batches), or one written as text into the message of another.
 *
 * Reference: https://docs.cloud.google.com/apis/design/errors
 */
export function readError(body: unknown): ErrorDetails {
  if (Array.isArray(body)) return readError(body[0])
  if (!isRecord(body)) return typeof body === 'string' ? { message: body } : {}
  const error = isRecord(body['error']) ? body['error'] : body
  const message = text(error['message']) ?? text(body['error_description']) ?? text(body['error'])
  const inner = message?.trimStart().startsWith('{') === true ? tryParseJson(message) : undefined
  if (isRecord(inner) && isRecord(inner['error'])) return readError(inner)
  const details = Array.isArray(error['details']) ? error['details'].filter(isRecord) : []
  const reason = text(detail(details, 'ErrorInfo')['reason'])
  return {
    message,
    code: reason ?? text(error['status']),
    kind: kindOf(message, reason, details),
    status: statusOf(error['code']),
    parameter: text(first(detail(details, 'BadRequest')['fieldViolations'])['field']),
    retryAfterMs: milliseconds(detail(details, 'RetryInfo')['retryDelay']),
  }
}

/** Whether a body of a success, or a chunk of a stream, is an error all the same. */
export function isErrorBody(body: unknown): boolean {
  return Array.isArray(body) ? isErrorBody(body[0]) : isRecord(body) && isRecord(body['error'])
}

/** Reasons that say more than their status. Source: https://docs.cloud.google.com/apis/design/errors#error_info */
const REASONS: Partial<Record<string, ErrorKind>> = {
  API_KEY_INVALID: 'authentication',
  ACCESS_TOKEN_EXPIRED: 'authentication',
  CREDENTIALS_MISSING: 'authentication',
  BILLING_DISABLED: 'quota-exceeded',
  SERVICE_DISABLED: 'permission-denied',
}

function kindOf(
  message = '',
  reason: string | undefined,
  details: readonly Record<string, unknown>[],
): ErrorKind | undefined {
  if (/exceeds the maximum number of tokens|input token count.*exceeds/i.test(message)) return 'context-length'
  if (/api key (?:not valid|expired|not found)/i.test(message)) return 'authentication'
  if (/user location is not supported/i.test(message)) return 'permission-denied'
  const quota = text(first(detail(details, 'QuotaFailure')['violations'])['quotaId'])
  if (/PerDay|PerMonth/.test(quota ?? '') || /credits are depleted/i.test(message)) return 'quota-exceeded'
  return REASONS[reason ?? '']
}

function detail(details: readonly Record<string, unknown>[], type: string): Record<string, unknown> {
  return details.find(item => String(item['@type']).endsWith(`google.rpc.${type}`)) ?? {}
}

function first(list: unknown): Record<string, unknown> {
  const item: unknown = Array.isArray(list) ? list[0] : undefined
  return isRecord(item) ? item : {}
}

/** `48s` or `1.5s`. */
function milliseconds(delay: unknown): number | undefined {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(text(delay) ?? '')?.[1]
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1000)
}

/** The HTTP statuses of the gRPC codes 1 to 16. Source: https://docs.cloud.google.com/apis/design/errors#handling_errors */
const GRPC_STATUSES = [499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401]

function statusOf(code: unknown): number | undefined {
  if (typeof code !== 'number') return undefined
  return code >= 400 && code < 600 ? code : GRPC_STATUSES[code - 1]
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
