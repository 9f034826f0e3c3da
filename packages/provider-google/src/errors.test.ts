import { apiError, type APICallError } from '@llm/core'
import { describe, expect, test } from 'vitest'
import { isErrorBody, readError } from './errors.ts'

const thrown = (body: unknown, status?: number): APICallError =>
  apiError(readError(body), { provider: 'google', status })
const detail = (type: string, fields: object): object => ({
  '@type': `type.googleapis.com/google.rpc.${type}`,
  ...fields,
})
const status = (code: number, message: string, ...details: object[]): object => ({ error: { code, message, details } })

describe('readError', () => {
  test.each([
    [
      'a wrong key',
      status(400, 'API key not valid.', detail('ErrorInfo', { reason: 'API_KEY_INVALID' })),
      'authentication',
    ],
    ['an expired key', status(400, 'API key expired. Please renew the API key.'), 'authentication'],
    ['no permission', status(403, 'Denied.'), 'permission_denied'],
    [
      'a place where it is not offered',
      status(400, 'User location is not supported for the API use.'),
      'permission_denied',
    ],
    ['no such model', status(404, 'models/x is not found.'), 'not_found'],
    [
      'a long prompt',
      status(400, 'The input token count (9) exceeds the maximum number of tokens allowed (8).'),
      'context_length',
    ],
    ['a wrong field', status(400, 'Invalid value.'), 'invalid_request'],
    ['too many requests', status(429, 'Slow down.'), 'rate_limit'],
    [
      'nothing left for today',
      status(429, 'Quota.', detail('QuotaFailure', { violations: [{ quotaId: 'GenerateRequestsPerDayPerProject' }] })),
      'quota_exceeded',
    ],
    ['no money left', status(429, 'Your prepayment credits are depleted.'), 'quota_exceeded'],
    ['overload', status(503, 'The model is overloaded.'), 'overloaded'],
    ['a time limit', status(504, 'Deadline exceeded.'), 'timeout'],
    ['a failure', status(500, 'Internal.'), 'server'],
    ['a gRPC code', { code: 8, message: 'Exhausted.' }, 'rate_limit'],
  ])('%s', (_, body, code) => {
    expect(thrown(body)).toMatchObject({ code })
  })

  test.each([
    ['48s', 48_000],
    ['1.5s', 1500],
    ['soon', undefined],
  ])('a delay of %s', (retryDelay, ms) => {
    expect(readError(status(429, 'x', detail('RetryInfo', { retryDelay }))).retryAfterMs).toBe(ms)
  })

  test('an error in a list, and one written into the message of another', () => {
    const inner = { error: { code: 429, message: 'Slow down.', status: 'RESOURCE_EXHAUSTED' } }
    for (const body of [[inner], { error: { code: 500, message: JSON.stringify(inner, undefined, 2) } }]) {
      expect(readError(body)).toMatchObject({ message: 'Slow down.', status: 429, code: 'RESOURCE_EXHAUSTED' })
    }
  })

  test('the field that is wrong is named', () => {
    const violation = detail('BadRequest', { fieldViolations: [{ field: 'contents[0].role' }] })
    expect(readError(status(400, 'x', violation)).parameter).toBe('contents[0].role')
  })

  test.each([[undefined], [null], [7], [[]], [{}], [{ error: null }]])('%j says nothing', body => {
    expect(readError(body).message).toBeUndefined()
    expect(isErrorBody(body)).toBe(false)
  })

  test('OAuth says it in its own way', () => {
    expect(readError({ error: 'invalid_grant', error_description: 'Bad.' })).toMatchObject({ message: 'Bad.' })
  })
})
