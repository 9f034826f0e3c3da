import { describe, expect, test } from 'vitest'
import type { CompletionRequest } from '../completion.ts'
import { ValidationError } from '../errors/validation-error.ts'
import { validateRequest } from './validate-request.ts'

const good: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }

function problem(request: unknown): { parameter: string | undefined; message: string; hint: string | undefined } {
  try {
    validateRequest(request as CompletionRequest)
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError)
    const { parameter, message, hint } = error as ValidationError
    return { parameter, message, hint }
  }
  throw new Error('It passed.')
}

/** For each field: values that pass, and values that do not. */
const FIELDS: Readonly<Record<keyof CompletionRequest, readonly [pass: readonly unknown[], fail: readonly unknown[]]>> =
  {
    model: [['m'], ['', 1, null]],
    messages: [[good.messages], [[], 'Hi', {}, null]],
    tools: [
      [[], [{ name: 'get_time-2' }]],
      [{}, null, 'x'],
    ],
    toolChoice: [
      ['auto', 'none', 'required', { name: 'x' }],
      ['any', {}, { name: 1 }, null, true],
    ],
    parallelToolCalls: [
      [true, false],
      ['yes', 1, null],
    ],
    output: [
      ['json', {}, () => true],
      ['xml', null, true],
    ],
    maxTokens: [
      [1, 9],
      [0, -1, 1.5, '9', Number.NaN, Number.POSITIVE_INFINITY, null],
    ],
    temperature: [
      [0, 0.7, 2],
      ['hot', Number.NaN, null],
    ],
    topP: [[0.5], ['x', null]],
    topK: [[40], ['x', null]],
    stop: [
      [[], ['a']],
      ['a', [1], null],
    ],
    seed: [
      [7, -1],
      ['7', null],
    ],
    presencePenalty: [[-2], ['x', null]],
    frequencyPenalty: [[2], ['x', null]],
    reasoning: [
      [{}, { effort: 'low', budgetTokens: 1, summary: 'auto' }],
      ['low', [], null, { efort: 'low' }],
    ],
    verbosity: [
      ['low', 'medium', 'high'],
      ['max', 1, null],
    ],
    webSearch: [
      [true, false, {}, { domains: [], blockedDomains: [], location: {}, maxUses: 1 }],
      ['yes', null, { domain: [] }],
    ],
    fileSearch: [
      [{ vectorStoreIds: ['v'], maxResults: 1, filters: {} }],
      [{}, { vectorStoreIds: 'v' }, true, null, { vectorStoreIds: [], max: 1 }],
    ],
    providerOptions: [
      [{}, { any: { thing: 1 } }],
      ['x', [], null],
    ],
    media: [
      [{}, { maxBytes: 1, timeout: 1, privateAddresses: ['a'] }],
      [1, [], { maxSize: 1 }],
    ],
    metadata: [
      [{}, { userId: 'u', projectId: 'p', organizationId: 'o', tags: [] }],
      ['u', null, { user: 'u' }],
    ],
    outputStrategy: [
      ['native', 'tool', 'prompted'],
      ['magic', true],
    ],
    warnings: [[[]], ['none', {}]],
    unsupportedMedia: [
      ['placeholder', 'refuse'],
      ['drop', true],
    ],
    strict: [
      [true, false],
      ['yes', null],
    ],
    signal: [[new AbortController().signal], [{}, new AbortController(), null]],
    timeout: [
      [1, 0.5],
      [0, -1, Number.POSITIVE_INFINITY, '9', null],
    ],
    spec: [[{}], ['m', null]],
  }

describe.each(Object.entries(FIELDS))('%s', (field, [pass, fail]) => {
  test.each(pass.map(value => ({ value })))('takes $value', ({ value }) => {
    expect(() => {
      validateRequest({ ...good, [field]: value })
    }).not.toThrow()
  })
  test.each(fail.map(value => ({ value })))('refuses $value', ({ value }) => {
    const { parameter, message, hint } = problem({ ...good, [field]: value })
    expect(parameter?.split('.')[0]).toBe(field)
    expect(message).toContain(field)
    expect(hint).toMatch(/[.?]$/)
  })
})

test('what is undefined is absent', () => {
  expect(() => {
    validateRequest({ ...good, temperature: undefined, tools: undefined })
  }).not.toThrow()
})

test.each([
  ['model', { messages: good.messages }, 'model is missing.'],
  ['messages', { model: 'm' }, 'messages is missing.'],
  ['', undefined, 'The request is not an object.'],
  ['', [good], 'The request is not an object.'],
  ['max_tokens', { ...good, max_tokens: 1 }, 'There is no request field "max_tokens".'],
  ['constructor', { ...good, constructor: 1 }, 'There is no request field "constructor".'],
  ['reasoning.toString', { ...good, reasoning: { toString: 1 } }, 'There is no field of reasoning "toString".'],
])('%s: %o', (parameter, request, message) => {
  expect(problem(request)).toMatchObject({ parameter, message })
})

test.each([undefined, 'x', {}, { name: '' }, { name: 'a b' }, { name: 'x'.repeat(65) }, { name: 'naïve' }])(
  'no tool: %o',
  tool => {
    expect(problem({ ...good, tools: [{ name: 'ok' }, tool] }).parameter).toBe('tools[1].name')
  },
)

const url = { url: 'https://example.com/a' }
const CALL = { type: 'tool-call', id: 'c', name: 'x', arguments: {} }

describe('messages', () => {
  const valid: readonly unknown[] = [
    { role: 'system', content: 'x' },
    { role: 'system', content: [{ type: 'text', text: 'x' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: '' },
        { type: 'image', source: url },
        { type: 'audio', source: { base64: 'aa', mediaType: 'audio/wav' } },
        { type: 'file', source: { fileId: 'f' } },
      ],
    },
    { role: 'assistant', content: [] },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'x' },
        { type: 'reasoning', text: '' },
        CALL,
        { type: 'tool-result', toolCallId: 'c', content: 'r' },
        { type: 'image', source: url },
        { type: 'source', url: 'x' },
      ],
    },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', content: [{ type: 'text', text: 'x' }] }] },
  ]
  test.each(valid)('take %j', message => {
    expect(() => {
      validateRequest({ ...good, messages: [message as never] })
    }).not.toThrow()
  })

  const user = (part: unknown): unknown => ({ role: 'user', content: [part] })
  const assistant = (part: unknown): unknown => ({ role: 'assistant', content: [part] })
  const tool = (part: unknown): unknown => ({ role: 'tool', content: [part] })
  const at = 'messages[1]'
  const invalid: readonly [unknown, string][] = [
    ['Hi', at],
    [null, at],
    [{ role: 'developer', content: 'x' }, `${at}.role`],
    [{ role: 'constructor', content: 'x' }, `${at}.role`],
    [{ content: 'x' }, `${at}.role`],
    [{ role: 'user' }, `${at}.content`],
    [{ role: 'user', content: 1 }, `${at}.content`],
    [{ role: 'tool', content: 'x' }, `${at}.content`],
    [user('text'), `${at}.content[0]`],
    [user(null), `${at}.content[0]`],
    [user({}), `${at}.content[0]`],
    [user({ type: 'reasoning', text: 'x' }), `${at}.content[0]`],
    [user({ type: 'text' }), `${at}.content[0].text`],
    [user({ type: 'image' }), `${at}.content[0].source`],
    [user({ type: 'image', source: {} }), `${at}.content[0].source`],
    [user({ type: 'audio', source: { base64: 'x' } }), `${at}.content[0].source`],
    [user({ type: 'file', source: 'https://example.com' }), `${at}.content[0].source`],
    [assistant({ ...CALL, id: undefined }), `${at}.content[0].id`],
    [assistant({ ...CALL, name: 1 }), `${at}.content[0].name`],
    [assistant({ ...CALL, arguments: '{}' }), `${at}.content[0].arguments`],
    [assistant({ type: 'reasoning' }), `${at}.content[0].text`],
    [tool({ type: 'text', text: 'x' }), `${at}.content[0]`],
    [tool({ type: 'tool-result', content: 'x' }), `${at}.content[0].toolCallId`],
    [tool({ type: 'tool-result', toolCallId: 'c' }), `${at}.content[0].content`],
    [tool({ type: 'tool-result', toolCallId: 'c', content: { a: 1 } }), `${at}.content[0].content`],
  ]
  test.each(invalid)('refuse %j', (message, parameter) => {
    expect(problem({ ...good, messages: [good.messages[0], message] }).parameter).toBe(parameter)
  })

  test('no error shows what was said', () => {
    expect(
      problem({ ...good, messages: [{ role: 'user', content: [{ type: 'txt', text: 'my secret' }] }] }).message,
    ).not.toContain('secret')
  })
})
