import { expect, test } from 'vitest'
import { isErrorBody, readError } from './errors.ts'

test.each([
  [
    { error: { message: 'M', type: 'T', code: 'C', param: 'P' } },
    { message: 'M', code: 'C', parameter: 'P', kind: undefined },
  ],
  [{ error: { message: 'M', code: null, type: 'overloaded_error' } }, { code: 'overloaded_error', kind: 'overloaded' }],
  [{ error: 'M' }, { message: 'M' }],
  [
    { message: 'M', code: 'insufficient_quota' },
    { message: 'M', kind: 'quota-exceeded' },
  ],
  [{ detail: 'M' }, { message: 'M' }],
  [
    { detail: [{ loc: ['body', 'messages', 0], msg: 'is missing' }, { msg: 'M' }, 'odd'] },
    { message: 'body.messages.0: is missing; M' },
  ],
  [{ object: 'error', message: { detail: [{ loc: ['body'], msg: 'M' }] } }, { message: 'body: M' }],
  [[{ error: { message: 'M', code: 503 } }], { message: 'M', status: 503 }],
  ['M', { message: 'M' }],
  [{ error: { message: "This model's maximum context length is 5 tokens" } }, { kind: 'context-length' }],
  [{ error: { message: 'M', code: '429' } }, { status: 429 }],
  [{ error: { message: 'M', code: 'odd', status_code: 400 } }, { code: 'odd', status: 400 }],
  [{ error: { message: 'M', code: 9 } }, { status: undefined }],
])('%j', (body, details) => {
  expect(readError(body)).toMatchObject(details)
})

test.each([[null], [5], [undefined]])('%j says nothing', body => {
  expect(readError(body)).toEqual({})
})

test('an answer with choices is no error, whatever else it holds', () => {
  expect(isErrorBody({ error: { message: 'M' } })).toBe(true)
  expect(isErrorBody({ error: null })).toBe(false)
  expect(isErrorBody({ error: {}, choices: [] })).toBe(false)
})
