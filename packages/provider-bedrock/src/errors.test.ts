import { expect, test } from 'vitest'
import { readError } from './errors.ts'

function ofHeader(type: string, message: string, status: number): ReturnType<typeof readError> {
  return readError({ message }, { status, headers: new Headers({ 'x-amzn-errortype': type }) })
}

test.each([
  ['UnrecognizedClientException:http://internal/', 'The security token is invalid.', 403, 'authentication'],
  ['ExpiredTokenException', 'Expired.', 403, 'authentication'],
  ['AccessDeniedException', 'Authentication failed: Please make sure your API Key is valid.', 403, 'authentication'],
  ['AccessDeniedException', "You don't have access to the model with the specified model ID.", 403, undefined],
  ['ServiceQuotaExceededException', 'Too much.', 400, 'quota-exceeded'],
  ['ModelNotReadyException', 'Loading.', 429, 'overloaded'],
  ['ModelErrorException', 'The model failed.', 424, 'server'],
  ['ThrottlingException', 'Too many input tokens, please wait.', 429, undefined],
  ['ValidationException', 'The provided model identifier is invalid.', 400, 'not-found'],
  ['ValidationException', 'Input is too long for requested model.', 400, 'context-length'],
  ['ValidationException', 'input length and `max_tokens` exceed context limit: 1 + 2 > 2', 400, 'context-length'],
  ['ValidationException', 'prompt is too long: 3 tokens > 2 maximum', 400, 'context-length'],
  ['ValidationException', 'Output blocked by content filtering policy', 400, 'content-filter'],
  ['ValidationException', 'messages: at least one message is required', 400, undefined],
])('%s: %s', (...[type, message, status, kind]) => {
  expect(ofHeader(type, message, status)).toEqual({ code: type.split(':')[0], message, kind, status })
})

test('the name may be in the body, and the message be written large', () => {
  const body = { __type: 'com.amazon.coral.service#ThrottlingException', Message: 'Slow down.' }
  expect(readError(body)).toEqual({ code: 'ThrottlingException', message: 'Slow down.', kind: undefined, status: 429 })
})

test.each([[undefined], [null], ['text'], [[]], [{ message: 7, code: {} }]])('%j says nothing', body => {
  expect(readError(body)).toEqual({ code: undefined, message: undefined, kind: undefined, status: undefined })
})
