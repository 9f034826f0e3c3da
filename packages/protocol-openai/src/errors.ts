import { isRecord, type ErrorDetails, type ErrorKind } from '@llm/core'

/** Codes and types that say more than their status. Source: https://platform.openai.com/docs/guides/error-codes */
const KINDS: Partial<Record<string, ErrorKind>> = {
  authentication_error: 'authentication',
  billing_hard_limit_reached: 'quota-exceeded',
  bio_policy: 'content-filter',
  contentFilter: 'content-filter',
  content_filter: 'content-filter',
  content_policy_violation: 'content-filter',
  context_length_exceeded: 'context-length',
  engine_overloaded: 'overloaded',
  image_content_policy_violation: 'content-filter',
  insufficient_quota: 'quota-exceeded',
  invalid_api_key: 'authentication',
  invalid_prompt: 'content-filter',
  misalignment_policy_violation: 'content-filter',
  model_not_found: 'not-found',
  overloaded_error: 'overloaded',
  permission_error: 'permission-denied',
  rate_limit_error: 'rate-limit',
  rate_limit_exceeded: 'rate-limit',
  requests: 'rate-limit',
  server_error: 'server',
  server_overloaded: 'overloaded',
  slow_down: 'overloaded',
  string_above_max_length: 'context-length',
  tokens: 'rate-limit',
  vector_store_timeout: 'server',
}

/**
 * Reads an error in any of the forms that hosts of this API use: `{ error: { message, type, code, param } }`,
 * `{ error: 'text' }`, `{ message, code }`, `{ detail }`, a list of one of these, or a text.
 *
 * @example
 * ```ts
 * import { readError } from '@llm/protocol-openai'
 *
 * readError({ error: { message: 'Too long.', code: 'context_length_exceeded' } }).kind // 'context-length'
 * ```
 */
export function readError(body: unknown): ErrorDetails {
  if (Array.isArray(body)) return readError(body[0])
  if (typeof body === 'string') return { message: body }
  if (!isRecord(body)) return {}
  const error = isRecord(body['error']) ? body['error'] : body
  const message = text(error['message']) ?? text(body['error']) ?? text(body['message']) ?? detailOf(error)
  const code = text(error['code'])
  const type = text(error['type'])
  return {
    message,
    code: code ?? type,
    kind: KINDS[code ?? ''] ?? KINDS[type ?? ''] ?? kindOfMessage(message),
    parameter: text(error['param']),
    status:
      statusOf(error['code']) ??
      statusOf(error['status']) ??
      statusOf(error['status_code']) ??
      statusOf(body['status']),
  }
}

/**
 * Whether a body of a success is an error all the same.
 *
 * @example
 * ```ts
 * import { isErrorBody } from '@llm/protocol-openai'
 *
 * isErrorBody({ error: { message: 'No.' } }) // true
 * isErrorBody({ choices: [], error: null }) // false
 * ```
 */
export function isErrorBody(body: unknown): boolean {
  return isRecord(body) && body['error'] !== undefined && body['error'] !== null && body['choices'] === undefined
}

/** What a server made with FastAPI says: a text, or a list of problems, at the top or in `message`. */
function detailOf(error: Record<string, unknown>): string | undefined {
  const { detail } = isRecord(error['message']) ? error['message'] : error
  if (!Array.isArray(detail)) return text(detail)
  const problems = detail.filter(isRecord).map(({ loc, msg }) => {
    const where = Array.isArray(loc) ? `${loc.join('.')}: ` : ''
    return `${where}${String(msg)}`
  })
  return text(problems.join('; '))
}

/** Hosts of this API that give no code say it in words. */
function kindOfMessage(message: string | undefined): ErrorKind | undefined {
  if (message === undefined) return undefined
  if (/(?:incorrect|invalid) api[ _-]?key/i.test(message)) return 'authentication'
  return /context (?:length|window)|maximum context|too many (?:input )?tokens|prompt is too long/i.test(message)
    ? 'context-length'
    : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function statusOf(value: unknown): number | undefined {
  const status = typeof value === 'string' ? Number(value) : value
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined
}
