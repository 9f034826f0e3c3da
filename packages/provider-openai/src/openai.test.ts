import { inspect } from 'node:util'
import { ConfigurationError, LLMError, ValidationError, type CompletionRequest } from '@llm/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openai, type OpenAISettings } from './openai.ts'

const REQUEST = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Hi' }] } as const
const RESPONSE = {
  id: 'r',
  model: 'm',
  status: 'completed',
  output: [{ type: 'message', content: [{ text: 'Hello' }] }],
}
const CHAT = { id: 'c', choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }] }

interface Sent {
  url: string
  headers: Headers
  body: Record<string, unknown>
}

/** A provider whose requests are kept. */
function fake(settings: OpenAISettings = {}): { provider: ReturnType<typeof openai>; sent: Sent[] } {
  const sent: Sent[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    sent.push({ url: request.url, headers: request.headers, body: (await request.json()) as Record<string, unknown> })
    return Response.json(settings.api === 'chat' ? CHAT : RESPONSE)
  }
  return { sent, provider: openai({ apiKey: 'sk-test-1234567890', ...settings, fetch }) }
}

async function bodyOf(
  settings: OpenAISettings,
  request: Partial<CompletionRequest>,
): Promise<Sent['body'] & { warnings: unknown }> {
  const { provider, sent } = fake(settings)
  const { warnings } = await provider.complete({ ...REQUEST, ...request })
  return { ...sent[0]?.body, warnings }
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('settings', () => {
  test('each reaches the request', async () => {
    const { provider, sent } = fake({
      baseURL: 'https://gateway.test/v9/',
      organization: 'org',
      project: 'proj',
      headers: { 'x-team': 'a' },
    })
    expect((await provider.complete(REQUEST)).text).toBe('Hello')
    expect(sent[0]?.url).toBe('https://gateway.test/v9/responses')
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toMatchObject({
      authorization: 'Bearer sk-test-1234567890',
      'openai-organization': 'org',
      'openai-project': 'proj',
      'x-team': 'a',
      'content-type': 'application/json',
    })
  })

  test('what is not set comes from the environment, at the first call', async () => {
    const { provider, sent } = fake({ apiKey: undefined })
    vi.stubEnv('OPENAI_API_KEY', 'sk-from-env-123456')
    vi.stubEnv('OPENAI_BASE_URL', 'https://env.test/v1')
    await provider.complete(REQUEST)
    expect(sent[0]?.url).toBe('https://env.test/v1/responses')
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer sk-from-env-123456')
  })

  test('another one is made with some of them changed, and the rest of these', async () => {
    const { provider, sent } = fake({ organization: 'org', headers: { 'x-team': 'a', 'x-env': 'b' } })
    const other = provider.derive?.({ baseURL: 'https://backup.test/v1', headers: { 'x-env': 'c' } })
    await other?.complete(REQUEST)
    expect([sent[0]?.url, other?.id]).toEqual(['https://backup.test/v1/responses', 'openai'])
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toMatchObject({
      authorization: 'Bearer sk-test-1234567890',
      'openai-organization': 'org',
      'x-team': 'a',
      'x-env': 'c',
    })
    expect(() => provider.derive?.({ baseUrl: 'x' })).toThrow('baseURL')
  })

  test('a missing key is an error at the first call, and not for ever', async () => {
    vi.stubEnv('OPENAI_API_KEY', '')
    const { provider } = fake({ apiKey: undefined })
    await expect(provider.complete(REQUEST)).rejects.toMatchObject({
      code: 'configuration',
      hint: 'Set OPENAI_API_KEY, or pass { apiKey } to the provider.',
    })
    vi.stubEnv('OPENAI_API_KEY', 'sk-here-now-123456')
    expect((await provider.complete(REQUEST)).text).toBe('Hello')
  })

  test('unknown settings and wrong types are named at once', () => {
    const wrong = { apikey: 'x', timeout: '5', api: 'legacy' } as unknown as OpenAISettings
    expect(() => openai(wrong)).toThrow(ConfigurationError)
    expect(() => openai(wrong)).toThrow(/"apikey". Did you mean "apiKey"\?.*timeout must be a number.*api must be/)
  })

  test('a base URL that is none', async () => {
    await expect(openai({ apiKey: 'k', baseURL: 'nowhere' }).complete(REQUEST)).rejects.toMatchObject({
      code: 'configuration',
    })
  })

  test('settings are copied', async () => {
    const settings = Object.freeze({ apiKey: 'sk-test-1234567890', headers: Object.freeze({ 'x-a': '1' }) })
    const { provider } = fake(settings)
    await provider.complete(REQUEST)
    expect(settings).toEqual({ apiKey: 'sk-test-1234567890', headers: { 'x-a': '1' } })
  })

  test('no key shows in a provider or in an error', async () => {
    const key = '0123456789abcdef0123456789abcdef'
    const fetch = (): Promise<Response> =>
      Promise.resolve(Response.json({ error: { message: `The key ${key} is wrong` } }, { status: 401 }))
    const provider = openai({ apiKey: key, fetch })
    const error: unknown = await provider.complete(REQUEST).catch((cause: unknown) => cause)
    expect(LLMError.is(error)).toBe(true)
    for (const shown of [
      inspect(provider, { depth: 9, showHidden: true }),
      inspect(error, { depth: 9, showHidden: true }),
      JSON.stringify(error),
    ]) {
      expect(shown).not.toContain(key)
    }
    expect((error as Error).message).toContain('[redacted]')
  })
})

describe('options', () => {
  test('of the responses API', async () => {
    const openaiOptions = {
      store: true,
      serviceTier: 'flex',
      promptCacheKey: 'k',
      promptCacheRetention: '24h',
      safetyIdentifier: 'u',
      metadata: { a: 'b' },
      topLogprobs: 2,
      previousResponseId: 'r0',
      include: ['web_search_call.results'],
      truncation: 'auto',
      maxToolCalls: 2,
      extraBody: { new_field: 1 },
    } as const
    expect(await bodyOf({}, { providerOptions: { openai: openaiOptions } })).toMatchObject({
      store: true,
      service_tier: 'flex',
      prompt_cache_key: 'k',
      prompt_cache_retention: '24h',
      safety_identifier: 'u',
      metadata: { a: 'b' },
      top_logprobs: 2,
      previous_response_id: 'r0',
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs', 'web_search_call.results'],
      truncation: 'auto',
      max_tool_calls: 2,
      new_field: 1,
      warnings: [],
    })
  })

  test('of chat completions', async () => {
    const audio = { voice: 'alloy', format: 'wav' } as const
    const options = {
      modalities: ['text', 'audio'],
      audio,
      prediction: 'same',
      logitBias: { '5': -100 },
      topLogprobs: 1,
    } as const
    const body = await bodyOf({ api: 'chat' }, { providerOptions: { openai: options } })
    expect(body).toMatchObject({
      modalities: ['text', 'audio'],
      audio,
      prediction: { type: 'content', content: 'same' },
      logit_bias: { '5': -100 },
      logprobs: true,
      top_logprobs: 1,
      warnings: [],
    })
    expect(body).not.toHaveProperty('store')
  })

  test('of the other API are dropped with a warning', async () => {
    const { warnings } = await bodyOf({ api: 'chat' }, { providerOptions: { openai: { truncation: 'auto' } } })
    expect(warnings).toMatchObject([{ code: 'unsupported-option', parameter: 'providerOptions.openai.truncation' }])
  })

  test('that do not exist are errors, all at once', async () => {
    const openaiOptions = { storage: true, serviceTier: 'gold' } as never
    const call = bodyOf({}, { providerOptions: { openai: openaiOptions } })
    await expect(call).rejects.toThrow(ValidationError)
    await expect(call).rejects.toThrow(/serviceTier.*storage/s)
  })
})

test('streams ask for one, and for usage where that must be asked for', async () => {
  const sse = (body: object): string => `data: ${JSON.stringify(body)}\n\n`
  for (const [api, text, asked] of [
    ['responses', sse({ type: 'response.completed', response: RESPONSE }), { stream: true }],
    [
      'chat',
      sse({ choices: [{ delta: { content: 'Hello' }, finish_reason: 'stop' }] }),
      { stream: true, stream_options: { include_usage: true } },
    ],
  ] as const) {
    let body: unknown
    const fetch: typeof globalThis.fetch = (_, init) => {
      body = JSON.parse(init?.body as string)
      return Promise.resolve(new Response(text, { headers: { 'content-type': 'text/plain' } }))
    }
    const completion = await openai({ apiKey: 'k', api, fetch }).stream(REQUEST).completion()
    expect(completion.text).toBe('Hello')
    expect(body).toMatchObject(asked)
  }
})

test('tools that OpenAI runs are options of the responses API, and dropped with a warning in chats', async () => {
  const options = { codeExecution: true, mcpServers: [{ name: 'a', url: 'https://a.example' }], computerUse: true }
  const request = {
    model: 'm',
    messages: [{ role: 'user', content: 'Hi' }],
    tools: [{ name: 'weather' }],
    providerOptions: { openai: options },
  } as const
  const sent: unknown[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    sent.push(await new Request(input, init).json())
    return Response.json({ status: 'completed', output: [], choices: [{ message: {}, finish_reason: 'stop' }] })
  }
  await openai({ apiKey: 'sk-test', fetch }).complete(request)
  expect((sent[0] as { tools: { type: string }[] }).tools.map(({ type }) => type)).toEqual([
    'function',
    'code_interpreter',
    'mcp',
    'computer',
  ])
  const { warnings } = await openai({ apiKey: 'sk-test', api: 'chat', fetch }).complete(request)
  expect(warnings.map(({ parameter }) => parameter)).toEqual(
    Object.keys(options).map(name => `providerOptions.openai.${name}`),
  )
  const wrong = { openai: { mcpServers: [{ label: 'a' }] } } as never
  await expect(
    openai({ apiKey: 'sk-test', fetch }).complete({ ...request, providerOptions: wrong }),
  ).rejects.toMatchObject({ code: 'validation' })
})
