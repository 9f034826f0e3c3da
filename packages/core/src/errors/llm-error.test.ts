import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as core from '../index.ts'
import { createRandom } from '../testing/random.ts'
import { randomKey } from '../testing/random-key.ts'

type Build = (options: { message: string; hint?: string; cause?: unknown }) => core.LLMError

/** Every error class: its code, whether it stands for a call to a host, and how to build one. */
const CLASSES: Readonly<Record<string, readonly [code: string, call: boolean, build: Build]>> = {
  LLMError: ['llm_error', false, options => new core.LLMError(options)],
  ConfigurationError: ['configuration', false, options => new core.ConfigurationError(options)],
  ValidationError: ['validation', false, options => new core.ValidationError({ ...options, parameter: 'topP' })],
  UnsupportedProviderError: ['unsupported_provider', false, options => new core.UnsupportedProviderError(options)],
  UnsupportedOperationError: ['unsupported_operation', false, options => new core.UnsupportedOperationError(options)],
  TransformationError: ['transformation', false, options => new core.TransformationError(options)],
  StructuredOutputError: [
    'structured_output',
    false,
    options =>
      new core.StructuredOutputError({
        ...options,
        text: 'the answer',
        issues: [{ path: ['a', 0], message: 'is no text' }],
      }),
  ],
  DownloadError: [
    'download',
    false,
    options => new core.DownloadError({ ...options, reason: 'wrong-type', url: 'https://example.com/a.png' }),
  ],
  ToolError: ['tool', false, options => new core.ToolError(options)],
  BudgetExceededError: ['budget_exceeded', false, options => new core.BudgetExceededError(options)],
  AbortedError: ['aborted', false, options => new core.AbortedError(options)],
  APICallError: ['api_call', true, options => new core.APICallError(options)],
  AuthenticationError: ['authentication', true, options => new core.AuthenticationError(options)],
  PermissionDeniedError: ['permission_denied', true, options => new core.PermissionDeniedError(options)],
  NotFoundError: ['not_found', true, options => new core.NotFoundError(options)],
  InvalidRequestError: ['invalid_request', true, options => new core.InvalidRequestError(options)],
  ContextLengthError: ['context_length', true, options => new core.ContextLengthError(options)],
  ContentFilterError: ['content_filter', true, options => new core.ContentFilterError(options)],
  RateLimitError: ['rate_limit', true, options => new core.RateLimitError(options)],
  QuotaExceededError: ['quota_exceeded', true, options => new core.QuotaExceededError(options)],
  OverloadedError: ['overloaded', true, options => new core.OverloadedError(options)],
  ServerError: ['server', true, options => new core.ServerError(options)],
  ConnectionError: ['connection', true, options => new core.ConnectionError(options)],
  MalformedResponseError: ['malformed_response', true, options => new core.MalformedResponseError(options)],
  TimeoutError: ['timeout', true, options => new core.TimeoutError({ ...options, timer: 'total' })],
}

/** The fields that only some have. */
const OWN_FIELDS: Readonly<Record<string, readonly string[]>> = {
  ValidationError: ['parameter'],
  StructuredOutputError: ['issues'],
  TimeoutError: ['timer'],
  DownloadError: ['reason', 'url'],
}

test('the table above has every error class there is', () => {
  const exported = Object.keys(core).filter(name => /^[A-Z].*Error$/.test(name))
  expect(Object.keys(CLASSES).sort()).toEqual(exported.sort())
})

describe.each(Object.entries(CLASSES))('%s', (name, [code, call, build]) => {
  const error = build({ message: 'It broke.', hint: 'Mend it.', cause: new Error('inner') })

  test('has a name, a code, a hint and a cause', () => {
    expect(error).toMatchObject({ name, code, message: 'It broke.', hint: 'Mend it.', cause: { message: 'inner' } })
    expect(String(error)).toBe(`${name}: It broke.`)
    expect(error.stack).toContain('llm-error.test.ts')
  })

  test('stands in its place among the classes', () => {
    expect(error).toBeInstanceOf(Error)
    expect(error).toBeInstanceOf(core.LLMError)
    expect(error instanceof core.APICallError).toBe(call)
    expect(error).toBeInstanceOf((core as unknown as Record<string, new () => Error>)[name])
    expect(core.LLMError.is(error)).toBe(true)
  })

  test('may be retried only where it says so: a deadline by itself', () => {
    expect(error.retryable).toBe(name === 'TimeoutError')
  })

  test('is data: an allow-list of fields, without the cause and what had arrived', () => {
    const data = JSON.parse(JSON.stringify(error)) as Record<string, unknown>
    expect(data).toMatchObject({ name, code, message: 'It broke.', hint: 'Mend it.', retryable: error.retryable })
    expect(Object.keys(data).filter(key => !['name', 'code', 'message', 'hint', 'retryable'].includes(key))).toEqual(
      OWN_FIELDS[name] ?? [],
    )
  })

  test('shows nothing that is not there', () => {
    const bare = build({ message: 'It broke.' })
    expect('hint' in bare).toBe(false)
    expect('cause' in bare).toBe(false)
    expect(inspect(bare)).not.toContain('undefined')
  })
})

test('an error of another copy of the package is one too, also from another realm', () => {
  expect(core.LLMError.is(runInNewContext(`Object.assign(new Error('x'), { [Symbol.for('@llm/error')]: true })`))).toBe(
    true,
  )
  for (const value of [new Error('x'), runInNewContext('new Error()'), {}, null, undefined, 'LLMError', 7]) {
    expect(core.LLMError.is(value)).toBe(false)
  }
})

test('the answer that was refused and the answer that was cut are there, but not printed', () => {
  const error = new core.StructuredOutputError({ message: 'No.', text: 'secret answer', issues: [] })
  expect(error.text).toBe('secret answer')
  expect(inspect(error) + JSON.stringify(error)).not.toContain('secret answer')
})

test('a deadline may say that trying again is no use', () => {
  expect(new core.TimeoutError({ message: 'x', timer: 'host', retryable: false }).retryable).toBe(false)
  expect(new core.TimeoutError({ message: 'x', timer: 'host', retryable: undefined }).retryable).toBe(true)
})

describe('a cause', () => {
  const causeOf = (cause: unknown): unknown => new core.LLMError({ message: 'x', cause }).cause

  test('keeps name, message, code and its own causes, and nothing else', () => {
    const inner = Object.assign(new TypeError('inner'), {
      code: 'ECONNRESET',
      request: { headers: { authorization: 'abc' } },
    })
    const cause = causeOf(new RangeError('outer', { cause: inner })) as Error
    expect(cause).toMatchObject({
      name: 'RangeError',
      message: 'outer',
      cause: { name: 'TypeError', message: 'inner', code: 'ECONNRESET' },
    })
    expect(Object.keys(cause.cause as object)).toEqual(['code'])
    expect(inspect(cause, { depth: 10, showHidden: true })).not.toContain('authorization')
  })

  test('that is a text is redacted; that is another value is left out', () => {
    expect(causeOf('with sk-abcdef123456')).toBe('with [redacted]')
    for (const value of [{ apiKey: 'x' }, 7, null, Symbol('x')]) expect(causeOf(value)).toBeUndefined()
  })

  test('that is an error of this library is the same object, and no other may pretend', () => {
    const own = new core.ToolError({ message: 'own' })
    expect(causeOf(own)).toBe(own)
    const foreign = Object.assign(new Error('x'), {
      retryable: true,
      toJSON: () => ({}),
      config: { apiKey: 'abcd1234' },
    })
    expect(inspect(causeOf(foreign), { depth: 10, showHidden: true })).not.toContain('abcd1234')
  })

  test('that goes round in circles ends', () => {
    const loop = new Error('loop')
    loop.cause = loop
    expect(inspect(causeOf(loop), { depth: 20 }).match(/loop/g)).toHaveLength(5)
  })
})

const keys = fc.integer().map(seed => randomKey(createRandom(seed)))

test('no key gets into any error, by message, hint or cause, however it is looked at', () => {
  const builders = Object.values(CLASSES).map(([, , build]) => build)
  fc.assert(
    fc.property(keys, fc.constantFrom(...builders), fc.nat({ max: 4 }), ({ text, secret }, build, depth) => {
      let cause: Error = Object.assign(new Error(`said: ${text}`), {
        name: `E ${text}`,
        code: `c ${text}`,
        config: { key: secret },
      })
      for (let level = 0; level < depth; level++) cause = new Error(`level ${String(level)} ${text}`, { cause })
      const error = build({ message: `It failed: ${text}`, hint: `Use ${text}`, cause })
      expectHidden(error, secret)
    }),
    { numRuns: 300 },
  )
})

test('no key gets into the error for what a host said, of whatever shape where the key is known', () => {
  fc.assert(
    fc.property(keys, fc.stringMatching(/^[a-z0-9]{8,40}$/), ({ text, secret }, plain) => {
      const cause = new Error(`fetch said ${plain}`)
      const details = { message: `Bad ${text} and ${plain}`, code: `no_${plain}`, parameter: `at ${text}` }
      const error = core.apiError(details, { provider: 'host-x', status: 401, secrets: [`${plain}`], cause })
      expectHidden(error, secret)
      expectHidden(error, plain)
    }),
  )
})

function expectHidden(error: core.LLMError, secret: string): void {
  const shown = [
    error.message,
    error.stack ?? '',
    String(error),
    JSON.stringify(error),
    inspect(error, { depth: 10, showHidden: true }),
  ]
  for (const text of shown) expect(text).not.toContain(secret)
}
