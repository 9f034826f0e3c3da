import { isRecord, type ErrorDetails, type ErrorKind } from '@llm/core'

/** Source: https://platform.claude.com/docs/en/api/errors */
const TYPES: Partial<Record<string, ErrorKind>> = {
  invalid_request_error: 'invalid-request',
  authentication_error: 'authentication',
  billing_error: 'quota-exceeded',
  permission_error: 'permission-denied',
  not_found_error: 'not-found',
  request_too_large: 'invalid-request',
  rate_limit_error: 'rate-limit',
  timeout_error: 'timeout',
  api_error: 'server',
  overloaded_error: 'overloaded',
}

/** Types that tell less than a status does. */
const GENERAL = new Set(['invalid_request_error', 'api_error'])

/** What the API says only in words, or in a code, under a type that tells less. */
const MEANINGS: readonly (readonly [RegExp, ErrorKind])[] = [
  [/prompt is too long|exceed(?:s|ed)? (?:the )?(?:model's )?context (?:limit|window)/i, 'context-length'],
  [/credit balance is too low|spend_limit_reached|usage limits/i, 'quota-exceeded'],
  [/blocked by (?:our )?content filtering/i, 'content-filter'],
]

/** Reads the body of a failed call, or, without a response of its own, an `error` event or what became of a request in a batch. */
export function readError(body: unknown, response?: { readonly status: number }): ErrorDetails {
  if (typeof body === 'string') return { message: body }
  if (!isRecord(body)) return {}
  if (isRecord(body['error']) && isRecord(body['error']['error'])) return readError(body['error'], response)
  const error = isRecord(body['error']) ? body['error'] : body
  const type = text(error['type'])
  const code = isRecord(error['details']) ? text(error['details']['error_code']) : undefined
  const message = text(error['message']) ?? text(body['error']) ?? text(body['message'])
  const meant = MEANINGS.find(([words]) => words.test(`${message ?? ''} ${code ?? ''}`))
  const said = response !== undefined && GENERAL.has(type ?? '') ? undefined : TYPES[type ?? '']
  return { message, code: code ?? type, kind: meant?.[1] ?? said }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
