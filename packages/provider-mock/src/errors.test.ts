import {
  AbortedError,
  APICallError,
  AuthenticationError,
  BudgetExceededError,
  ConfigurationError,
  ConnectionError,
  ContentFilterError,
  ContextLengthError,
  InvalidRequestError,
  LLMError,
  MalformedResponseError,
  NotFoundError,
  OverloadedError,
  PermissionDeniedError,
  QuotaExceededError,
  RateLimitError,
  ServerError,
  StructuredOutputError,
  TimeoutError,
  ToolError,
  TransformationError,
  UnsupportedOperationError,
  UnsupportedProviderError,
  ValidationError,
  type Completion,
  type CompletionEvent,
  type CompletionRequest,
} from '@llm/core'
import { createManualClock } from '@llm/core/testing'
import { expect, test } from 'vitest'
import { disconnect, fail, mock, stall, type Failure, type FailureCause } from './index.ts'

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'one two three four' }] }

const errorOf = async (call: Promise<unknown>): Promise<LLMError> => {
  try {
    await call
  } catch (error) {
    if (LLMError.is(error)) return error
    throw error
  }
  throw new Error('It did not fail.')
}

const read = async (reply: Failure): Promise<{ events: CompletionEvent[]; error: LLMError }> => {
  const events: CompletionEvent[] = []
  const error = await errorOf(
    (async () => {
      for await (const event of mock({ replies: [reply] }).stream(request)) events.push(event)
    })(),
  )
  return { events, error }
}

test.each([
  ['authentication', AuthenticationError, 401, false],
  ['permission-denied', PermissionDeniedError, 403, false],
  ['not-found', NotFoundError, 404, false],
  ['invalid-request', InvalidRequestError, 400, false],
  ['context-length', ContextLengthError, 400, false],
  ['content-filter', ContentFilterError, 400, false],
  ['rate-limit', RateLimitError, 429, true],
  ['quota-exceeded', QuotaExceededError, 402, false],
  ['overloaded', OverloadedError, 503, true],
  ['server', ServerError, 500, true],
  ['timeout', TimeoutError, 504, true],
  ['connection', ConnectionError, undefined, true],
  ['malformed-response', MalformedResponseError, 200, false],
] as const)('%s, by kind and by class, from complete and from stream', async (...row) => {
  const [kind, errorClass, status, retryable] = row
  for (const cause of [kind, errorClass] as const) {
    const provider = mock({ id: 'host', replies: [fail(cause)] })
    for (const call of [provider.complete(request), provider.stream(request).completion()]) {
      const error = await errorOf(call)
      expect(error.constructor).toBe(errorClass)
      expect((error as APICallError).status).toBe(status)
      expect(error).toMatchObject({ retryable, provider: 'host', model: 'm', hint: expect.stringMatching(/./) })
    }
  }
})

test.each([
  [429, RateLimitError],
  [401, AuthenticationError],
  [529, OverloadedError],
  [502, ServerError],
  [422, InvalidRequestError],
] as const)('the status %d', async (status, errorClass) => {
  const error = await errorOf(mock({ replies: [fail(status)] }).complete(request))
  expect(error).toBeInstanceOf(errorClass)
  expect(error).toMatchObject({ status })
})

test.each([
  APICallError,
  LLMError,
  ConfigurationError,
  ValidationError,
  UnsupportedProviderError,
  UnsupportedOperationError,
  TransformationError,
  StructuredOutputError,
  ToolError,
  BudgetExceededError,
])('an error that is not of the answer of a host: %o', async errorClass => {
  const error = await errorOf(mock({ replies: [fail(errorClass, { message: 'as told.' })] }).complete(request))
  expect(error.constructor).toBe(errorClass)
  expect(error.message).toBe('mock: as told.')
  expect(error.hint).toMatch(/./)
})

test('an error that is given is thrown itself', async () => {
  const error = new TimeoutError({ message: 'Too slow.', timer: 'idle' })
  expect(await errorOf(mock({ replies: [fail(error)] }).complete(request))).toBe(error)
})

test('an abort that the mock makes up settles a stream with what had arrived', async () => {
  const stream = mock({ replies: [fail(AbortedError, { at: 2 })] }).stream(request)
  expect(await stream.completion()).toMatchObject({ text: 'one two', interrupted: true })
})

test('says what it is told to', async () => {
  const { error } = await read(fail('rate-limit', { retryAfterMs: 2500, message: 'Slow down.', vendorCode: 'rpm' }))
  expect(error).toMatchObject({ retryAfterMs: 2500, vendorCode: 'rpm', message: 'mock answered 429: Slow down.' })
})

test('before the first byte nothing has arrived', async () => {
  const { events, error } = await read(fail('server'))
  expect(events).toEqual([])
  expect(error.partial).toMatchObject({ content: [], interrupted: true })
})

test('in the middle half of the answer has arrived, and is in the error', async () => {
  const { events, error } = await read(fail('overloaded', { at: 'middle' }))
  expect(events.map(({ type }) => type)).toEqual(['start', 'text-delta', 'text-delta'])
  expect(error).toBeInstanceOf(OverloadedError)
  expect(error.partial).toMatchObject({
    text: 'one two',
    interrupted: true,
    usage: { inputTokens: 8, outputTokens: 2, totalTokens: 10, source: 'estimated' },
  })
})

test.each([
  [0, ''],
  [3, 'A B C'],
  [99, 'A B C D E'],
])('after %d tokens of its own answer', async (at, text) => {
  const { events, error } = await read(fail('server', { at, reply: 'A B C D E' }))
  expect(error.partial?.text).toBe(text)
  expect(events.map(({ type }) => type)).not.toContain('finish')
})

test('usage that a host reports at the end is lost with the end', async () => {
  const { error } = await read(
    fail('server', { at: 1, reply: { text: 'a b', usage: { inputTokens: 1, outputTokens: 2 } } }),
  )
  expect(error.partial?.usage).toEqual({ source: 'reported' })
})

test('a tool call that is broken off is incomplete', async () => {
  const reply = { toolCalls: [{ name: 'f', arguments: { city: 'Oslo' } }] }
  const { error } = await read(fail('connection', { at: 2, reply }))
  expect(error.partial?.toolCalls).toMatchObject([{ status: 'incomplete', arguments: {}, argumentsText: '{"city' }])
})

test('a failure may hold a function, and another failure', async () => {
  const { error } = await read(fail('server', { at: 1, reply: () => 'made up' }))
  expect(error.partial?.text).toBe('made')
  const nested = await read(fail('server', { at: 1, reply: fail('rate-limit', { at: 2, reply: 'a b c' }) }))
  expect(nested.error).toBeInstanceOf(RateLimitError)
  expect(nested.error.partial?.text).toBe('a b')
})

test('a stream that ends without its last event is a connection that broke', async () => {
  const { events, error } = await read(disconnect({ at: 1 }))
  expect(events.at(-1)).toMatchObject({ type: 'text-delta', text: 'one' })
  expect(error).toBeInstanceOf(ConnectionError)
  expect(error.retryable).toBe(true)
  expect(error.message).toMatch(/ended before the answer was complete/)
})

test('a stalled stream ends with the time limit, which is named', async () => {
  const clock = createManualClock({ autoAdvance: true })
  const provider = mock({ clock, replies: [stall()] })
  const stream = provider.stream({ ...request, timeout: 60_000 })
  const error = await errorOf(stream.completion())
  expect(error).toBeInstanceOf(TimeoutError)
  expect(error).toMatchObject({ timer: 'total', partial: { text: 'one two' }, provider: 'mock', model: 'm' })
  expect(clock.now()).toBe(60_000)
})

test('a stalled stream ends with its signal, and completion() gives what had arrived', async () => {
  const controller = new AbortController()
  const provider = mock({ replies: [stall({ at: 3 })] })
  const stream = provider.stream({ ...request, signal: controller.signal })
  const seen: string[] = []
  const reading = (async () => {
    for await (const text of stream.textStream) {
      seen.push(text)
      if (seen.length === 3)
        setTimeout(() => {
          controller.abort(new Error('bored'))
        })
    }
  })()
  const error = await errorOf(reading)
  expect(error).toBeInstanceOf(AbortedError)
  expect((error.cause as Error).message).toBe('bored')
  const partial: Completion = await stream.completion()
  expect(partial).toMatchObject({ text: 'one two three', interrupted: true })
  expect(provider.calls[0]).toMatchObject({ error: { code: 'aborted' } })
})

test('a stall at the start, from complete', async () => {
  const clock = createManualClock({ autoAdvance: true })
  const provider = mock({ clock, replies: [stall({ at: 'start', delayMs: 10 })], timeout: 50 })
  expect(await errorOf(provider.complete(request))).toMatchObject({ code: 'timeout', timer: 'total' })
  expect(clock.now()).toBe(50)
})

test.each([
  [() => fail('rate_limit' as FailureCause), /no kind of error "rate_limit"/],
  [() => fail('server', { at: 'end' as 'middle' }), /cannot come at "end"/],
  [() => fail('server', { at: -1 }), /cannot come at -1/],
  [() => fail('server', { after: 3 } as never), /settings of a failure are wrong/],
  [() => stall({ retryAfterMs: 'x' } as never), /retryAfterMs must be a number/],
])('refuses what is no failure', (make, message) => {
  expect(make).toThrow(ConfigurationError)
  expect(make).toThrow(message)
})
