import { inspect } from 'node:util'
import { ConfigurationError, type LLMError, ValidationError, type CompletionRequest, type Message } from '@llm/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { anthropic, type AnthropicSettings } from './anthropic.ts'

const KEY = 'sk-ant-test-1234567890'
const REQUEST = { model: 'claude-x', messages: [{ role: 'user', content: 'Hi' }] } as const
const MESSAGE = { id: 'm', content: [{ type: 'text', text: 'Hello' }], stop_reason: 'end_turn' }

/** A provider whose requests are kept. */
function fake(settings: AnthropicSettings = {}): { provider: ReturnType<typeof anthropic>; sent: Request[] } {
  const sent: Request[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    sent.push(new Request(input, init))
    return Promise.resolve(Response.json(MESSAGE))
  }
  return { sent, provider: anthropic({ apiKey: KEY, ...settings, fetch }) }
}

async function headersOf(
  settings: AnthropicSettings,
  request: Partial<CompletionRequest> = {},
): Promise<Record<string, string>> {
  const { provider, sent } = fake(settings)
  await provider.complete({ ...REQUEST, ...request })
  return Object.fromEntries(sent[0]?.headers ?? [])
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('versions', () => {
  test('the current one sends the key as a bearer token', async () => {
    const headers = await headersOf({})
    expect(headers).toMatchObject({ 'anthropic-version': '2026-10-21', authorization: `Bearer ${KEY}` })
    expect(headers).not.toHaveProperty('x-api-key')
  })

  test('the old one sends it as x-api-key', async () => {
    const headers = await headersOf({ apiVersion: '2023-06-01' })
    expect(headers).toMatchObject({ 'anthropic-version': '2023-06-01', 'x-api-key': KEY })
    expect(headers).not.toHaveProperty('authorization')
  })

  test('headers of the settings go before both, whatever their case', async () => {
    const headers = { Authorization: 'Bearer gateway', 'x-team': 'a' }
    expect(await headersOf({ apiVersion: '2023-06-01', headers })).toMatchObject({
      authorization: 'Bearer gateway',
      'x-team': 'a',
    })
  })
})

describe('betas', () => {
  const upload: Message = { role: 'user', content: [{ type: 'file', source: { fileId: 'file_1' } }] }

  test('of a request join those of the settings', async () => {
    const headers = { 'anthropic-beta': 'one, two' }
    const request = { providerOptions: { anthropic: { betas: ['two', 'three'] } } }
    expect((await headersOf({ headers }, request))['anthropic-beta']).toBe('one,two,three')
    expect(await headersOf({}, {})).not.toHaveProperty('anthropic-beta')
  })

  test.each([
    ['2023-06-01', [upload], 'files-api-2025-04-14'],
    [
      '2023-06-01',
      [
        { role: 'assistant', content: [{ type: 'tool-call', id: 'a', name: 'b', arguments: {} }] },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'a', content: upload.content as [] }] },
      ],
      'files-api-2025-04-14',
    ],
    ['2023-06-01', REQUEST.messages, undefined],
    ['2026-10-21', [upload], undefined],
  ] as const)('version %s asks for files: %#', async (apiVersion, messages, expected) => {
    expect((await headersOf({ apiVersion }, { messages }))['anthropic-beta']).toBe(expected)
  })
})

describe('settings', () => {
  test('what is not set comes from the environment, at the first call', async () => {
    const { provider, sent } = fake({ apiKey: undefined })
    vi.stubEnv('ANTHROPIC_API_KEY', 'sk-ant-from-env')
    vi.stubEnv('ANTHROPIC_BASE_URL', 'https://gateway.test/claude')
    expect((await provider.complete(REQUEST)).text).toBe('Hello')
    expect(sent[0]?.url).toBe('https://gateway.test/claude/v1/messages')
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer sk-ant-from-env')
  })

  test('a missing key is an error at the first call, and not for ever', async () => {
    vi.stubEnv('ANTHROPIC_API_KEY', '')
    const { provider } = fake({ apiKey: undefined })
    await expect(provider.complete(REQUEST)).rejects.toMatchObject({
      code: 'configuration',
      hint: 'Set ANTHROPIC_API_KEY, or pass { apiKey } to the provider.',
    })
    vi.stubEnv('ANTHROPIC_API_KEY', KEY)
    expect((await provider.complete(REQUEST)).text).toBe('Hello')
  })

  test.each([{ apiKee: 'x' }, { apiVersion: '2024-01-01' }, { timeout: '5' }])('%j is wrong', settings => {
    expect(() => anthropic(settings as AnthropicSettings)).toThrow(ConfigurationError)
  })

  test.each([
    { cach: 'auto' },
    { cache: { after: ['tools', 'system', 0, 1, 2] } },
    { thinking: { type: 'enabled' } },
    { thinking: { type: 'enabled', budgetTokens: 5 } },
    { betas: 'one' },
  ])('the options %j are wrong', async options => {
    const providerOptions = { anthropic: options } as CompletionRequest['providerOptions']
    await expect(fake().provider.complete({ ...REQUEST, providerOptions })).rejects.toThrow(ValidationError)
  })
})

describe('errors', () => {
  const failing = (status: number, body: unknown, headers: Record<string, string> = {}): Promise<LLMError> => {
    const fetch = (): Promise<Response> => Promise.resolve(Response.json(body, { status, headers }))
    const call = anthropic({ apiKey: KEY, fetch }).complete(REQUEST)
    return call.then(
      () => {
        throw new Error('It should have failed.')
      },
      (error: unknown) => error as LLMError,
    )
  }
  const said = (type: string, message: string, more: object = {}): object => ({
    type: 'error',
    error: { type, message, ...more },
    request_id: 'req_1',
  })

  test.each([
    [400, said('invalid_request_error', 'max_tokens: required'), 'invalid_request'],
    [400, said('invalid_request_error', 'prompt is too long: 9 tokens > 5 maximum'), 'context_length'],
    [
      400,
      said('invalid_request_error', 'input length and `max_tokens` exceed context limit: 9 + 1 > 5'),
      'context_length',
    ],
    [400, said('invalid_request_error', 'Your credit balance is too low to access the API.'), 'quota_exceeded'],
    [400, said('invalid_request_error', 'Output blocked by content filtering policy'), 'content_filter'],
    [
      403,
      said('permission_error', 'No.', { details: { error_code: 'enforced_spend_limit_reached' } }),
      'quota_exceeded',
    ],
    [401, said('authentication_error', 'invalid x-api-key'), 'authentication'],
    [402, said('billing_error', 'Pay.'), 'quota_exceeded'],
    [403, said('permission_error', 'No.'), 'permission_denied'],
    [404, said('not_found_error', 'model: claude-9'), 'not_found'],
    [413, said('request_too_large', 'Too large.'), 'invalid_request'],
    [429, said('rate_limit_error', 'Slow down.'), 'rate_limit'],
    [500, said('api_error', 'Oh.'), 'server'],
    [504, said('timeout_error', 'Late.'), 'timeout'],
    [529, said('overloaded_error', 'Overloaded'), 'overloaded'],
    [418, { detail: 'of a gateway' }, 'invalid_request'],
  ])('%i %j is %s', async (status, body, code) => {
    expect(await failing(status, body)).toMatchObject({ code, status })
  })

  test('it has the id of the request and when to try again, and never the key', async () => {
    const error = await failing(429, said('rate_limit_error', `Bad key ${KEY}.`), {
      'request-id': 'req_2',
      'retry-after': '7',
    })
    expect(error).toMatchObject({ requestId: 'req_2', retryAfterMs: 7000, vendorCode: 'rate_limit_error' })
    expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain(KEY)
  })
})

test.each([
  ['image', 'https://files.example/cat', true],
  ['image', 'http://files.example/cat.png', false],
  ['file', 'https://files.example/report.PDF?page=2', true],
  ['file', 'https://files.example/notes.md', false],
  ['file', 'https://files.example/?name=a.pdf', false],
] as const)('of %s at %s it says itself whether the API fetches it: %s', async (type, url, fetched) => {
  const { provider } = fake()
  const messages = [{ role: 'user', content: [{ type, source: { url } }] }] as const
  const preview = await provider.preview?.({ model: 'claude-x', messages })
  expect(preview?.warnings.map(({ code }) => code)).toEqual(fetched ? [] : ['media-downloaded'])
  expect(JSON.stringify(preview?.body).includes(url)).toBe(fetched)
})
