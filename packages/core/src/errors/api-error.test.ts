import { describe, expect, test } from 'vitest'
import { apiError, type ErrorKind } from './api-error.ts'

/** Every status that is no plain `InvalidRequestError` (4xx) or `ServerError` (5xx). */
const SPECIAL: Readonly<Record<number, string>> = {
  401: 'AuthenticationError',
  402: 'QuotaExceededError',
  403: 'PermissionDeniedError',
  404: 'NotFoundError',
  408: 'TimeoutError',
  429: 'RateLimitError',
  503: 'OverloadedError',
  504: 'TimeoutError',
  529: 'OverloadedError',
}
const RETRYABLE = ['RateLimitError', 'OverloadedError', 'ServerError', 'TimeoutError', 'ConnectionError']

const statuses = Array.from({ length: 200 }, (_, index) => 400 + index)

test.each(statuses)('status %i', status => {
  const error = apiError({ message: 'said so' }, { provider: 'host', model: 'm', status, requestId: 'r1' })
  const name = SPECIAL[status] ?? (status < 500 ? 'InvalidRequestError' : 'ServerError')
  expect(error).toMatchObject({ name, status, provider: 'host', model: 'm', requestId: 'r1' })
  expect(error.message).toBe(`host answered ${String(status)}: said so`)
  expect(error.retryable).toBe(RETRYABLE.includes(name) || status === 409)
  expect(error.hint).toMatch(/\.$/)
  expect(error.hint, 'is not taken for a key').not.toContain('redacted')
})

const KINDS: Readonly<Record<ErrorKind, string>> = {
  authentication: 'AuthenticationError',
  'permission-denied': 'PermissionDeniedError',
  'not-found': 'NotFoundError',
  'invalid-request': 'InvalidRequestError',
  'context-length': 'ContextLengthError',
  'content-filter': 'ContentFilterError',
  'rate-limit': 'RateLimitError',
  'quota-exceeded': 'QuotaExceededError',
  overloaded: 'OverloadedError',
  server: 'ServerError',
  timeout: 'TimeoutError',
  connection: 'ConnectionError',
  'malformed-response': 'MalformedResponseError',
}

test.each(Object.entries(KINDS))('a body that says %s knows better than the status', (kind, name) => {
  const error = apiError({ kind: kind as ErrorKind }, { provider: 'host', status: 400 })
  expect(error).toMatchObject({ name, status: 400, retryable: RETRYABLE.includes(name) })
  expect(error.message).toBe(`host answered 400: ${kind.replaceAll('-', ' ')}`)
})

describe('what is not an HTTP failure', () => {
  test('an error inside a stream has the status that it stands for', () => {
    expect(apiError({ status: 529 }, { provider: 'host', status: 200 })).toMatchObject({
      name: 'OverloadedError',
      status: 529,
    })
  })
  test('without any status it is the server’s', () => {
    const error = apiError({ message: 'broke' }, { provider: 'host' })
    expect(error).toMatchObject({ name: 'ServerError', message: 'host: broke' })
    expect('status' in error).toBe(false)
  })
  test.each([200, 302])('status %i is an answer that nobody understands', status => {
    expect(apiError({}, { provider: 'host', status }).name).toBe('MalformedResponseError')
  })
})

test('the body says when to come back, else the header does', () => {
  const context = { provider: 'host', status: 429, retryAfterMs: 5 }
  expect(apiError({}, context).retryAfterMs).toBe(5)
  expect(apiError({ retryAfterMs: 7 }, context).retryAfterMs).toBe(7)
})

test('code, parameter and a hint of the caller are kept', () => {
  const error = apiError(
    { code: 'no_such_model', parameter: 'model' },
    { provider: 'host', status: 404, hint: 'Look.' },
  )
  expect(error).toMatchObject({ vendorCode: 'no_such_model', parameter: 'model', hint: 'Look.' })
})

test('a long message is cut after it was redacted, and one that is no text is no trouble', () => {
  const key = `sk-${'a'.repeat(60)}`
  const { message } = apiError({ message: 'x'.repeat(980) + ' ' + key }, { provider: 'host', status: 400 })
  expect(message.length).toBeLessThan(1100)
  expect(message).not.toContain('sk-a')
  const odd = apiError({ message: 7 as never, code: 42 as never }, { provider: 'host', status: 400 })
  expect(odd).toMatchObject({ message: 'host answered 400: 7', vendorCode: '42' })
})

test('a request id that holds a secret is redacted like the rest', () => {
  const error = apiError({}, { provider: 'host', status: 500, requestId: 'for hunter22', secrets: ['hunter22'] })
  expect(error.requestId).toBe('for [redacted]')
})
