import { expect, test } from 'vitest'
import { readError } from './errors.ts'

test.each<[unknown, object]>([
  [{ detail: 'Not here.' }, { message: 'Not here.' }],
  [
    { detail: [{ loc: ['body', 'model'], msg: 'field required' }, { msg: 'and more' }] },
    { message: 'body.model: field required; and more' },
  ],
  [{ object: 'error', message: { detail: [{ msg: 'extra field' }] } }, { message: 'extra field' }],
  [{ detail: [] }, { message: undefined }],
  [{ code: 'invalid-argument', error: 'Incorrect API key provided.' }, { kind: 'authentication' }],
  [{ error: { message: 'You exceed the maximum context length.' } }, { kind: 'context-length' }],
])('%j is read', (body, expected) => {
  expect(readError(body)).toMatchObject(expected)
})
