import { ConfigurationError, UnsupportedOperationError, ValidationError, type CompletionRequest } from '@llm/core'
import { afterEach, expect, test, vi } from 'vitest'
import { compatible, type CompatibleSettings } from './compatible.ts'
import { VENDORS, type VendorId } from './vendors.ts'

const HI = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const
const ANSWER = { choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] }
const IDS = Object.keys(VENDORS) as VendorId[]

afterEach(() => {
  vi.unstubAllEnvs()
})

interface Sent {
  readonly url: string
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** A provider whose every call is answered with one body, and what it sent. */
function make(settings: CompatibleSettings, answer: object | string = ANSWER) {
  const sent: Sent[] = []
  const fetch = ((url: string, { headers, body }: RequestInit) => {
    const json = typeof body === 'string' ? (JSON.parse(body) as Sent['body']) : {}
    sent.push({ url, headers: new Headers(headers), body: json })
    const stream = typeof answer === 'string'
    const init = { headers: { 'content-type': stream ? 'text/event-stream' : 'application/json' } }
    return Promise.resolve(new Response(stream ? answer : JSON.stringify(answer), init))
  }) as typeof globalThis.fetch
  return { provider: compatible({ fetch, ...settings }), sent }
}

async function send(settings: CompatibleSettings, request: Partial<CompletionRequest> = {}) {
  const { provider, sent } = make({ apiKey: 'sk-test', ...settings })
  const { warnings } = await provider.complete({ ...HI, ...request })
  return { body: sent[0]?.body ?? {}, url: sent[0]?.url, dropped: warnings.map(({ parameter }) => parameter) }
}

test.each(IDS)('%s is where its row says, with its id', async vendor => {
  const { provider, sent } = make({ vendor, apiKey: 'sk-test' })
  await provider.complete(HI)
  expect(provider.id).toBe(vendor)
  expect(sent[0]?.url).toBe(`${VENDORS[vendor].baseURL}/chat/completions`)
  expect(sent[0]?.headers.get('authorization')).toBe('Bearer sk-test')
})

test.each(IDS)('%s takes its key and its address from the environment', async vendor => {
  vi.stubEnv(VENDORS[vendor].env, 'sk-env')
  vi.stubEnv(`${vendor.toUpperCase()}_BASE_URL`, 'http://localhost:1/v9')
  const { provider, sent } = make({ vendor })
  await provider.complete(HI)
  expect(sent[0]?.url).toBe('http://localhost:1/v9/chat/completions')
  expect(sent[0]?.headers.get('authorization')).toBe('Bearer sk-env')
})

test.each(IDS)('%s without a key', async vendor => {
  vi.stubEnv(VENDORS[vendor].env, '')
  const { provider, sent } = make({ vendor })
  const call = provider.complete(HI)
  if (VENDORS[vendor].keyless === undefined) {
    await expect(call).rejects.toMatchObject({
      code: 'configuration',
      hint: expect.stringContaining(VENDORS[vendor].env) as string,
    })
  } else {
    await call
    expect(sent[0]?.headers.has('authorization')).toBe(false)
  }
})

test('any endpoint needs an address only', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'sk-of-another')
  vi.stubEnv('OPENAI_ORG_ID', 'org-of-another')
  vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'X-Secret: of-another')
  const { provider, sent } = make({ baseURL: 'http://localhost:9000/v1', headers: { 'x-own': '1' } })
  await provider.complete({ ...HI, topK: 3, verbosity: 'low' })
  expect(provider.id).toBe('compatible')
  const { url, headers, body } = sent[0] ?? {}
  expect(url).toBe('http://localhost:9000/v1/chat/completions')
  const names = ['authorization', 'openai-organization', 'x-secret', 'x-own']
  expect(names.map(name => headers?.get(name))).toEqual([null, null, null, '1'])
  expect(body).toMatchObject({ top_k: 3, verbosity: 'low' })
})

test.each<[CompatibleSettings, string]>([
  [{}, 'baseURL'],
  [{ vendor: 'mistral', api: 'responses' }, 'api'],
  [{ vendor: 'nobody' as VendorId }, 'vendor'],
  [{ baseUrl: 'x' } as CompatibleSettings, 'baseURL'],
  [{ vendor: 'ollama', capabilities: ['dance' as 'embed'] }, 'dance'],
])('settings %j are refused at once', (settings, hint) => {
  const failure = (): unknown => compatible(settings)
  expect(failure).toThrow(ConfigurationError)
  try {
    failure()
  } catch (error) {
    const { message, hint: said } = error as ConfigurationError
    expect(`${message} ${said}`).toContain(hint)
  }
})

test('options of an endpoint are found under its id, and are its own', async () => {
  const own = { baseURL: 'http://localhost/v1', id: 'own' }
  const providerOptions = { own: { extraBody: { mirostat: 2 } }, deepseek: { extraBody: { no: 1 } } } as object
  expect((await send(own, { providerOptions })).body).toEqual({ ...HI, mirostat: 2 })
  const wrong = { compatible: { mirostat: 2 } } as object
  await expect(send({ baseURL: 'http://localhost/v1' }, { providerOptions: wrong })).rejects.toBeInstanceOf(
    ValidationError,
  )
})

test.each<[VendorId, Partial<CompletionRequest>, object]>([
  ['deepseek', { maxTokens: 5, reasoning: { effort: 'none' } }, { max_tokens: 5, thinking: { type: 'disabled' } }],
  ['deepseek', { reasoning: { effort: 'high' } }, { thinking: { type: 'enabled' }, reasoning_effort: 'high' }],
  [
    'mistral',
    { seed: 7, maxTokens: 5, reasoning: { effort: 'high' } },
    { random_seed: 7, max_tokens: 5, reasoning_effort: 'high' },
  ],
  ['xai', { maxTokens: 5, seed: 7 }, { max_completion_tokens: 5, seed: 7 }],
  ['together', { topK: 5 }, { top_k: 5 }],
  ['perplexity', { webSearch: true }, {}],
  [
    'perplexity',
    { webSearch: { domains: ['a.com'], blockedDomains: ['b.com'], location: { country: 'DE' } } },
    { search_domain_filter: ['a.com', '-b.com'], web_search_options: { user_location: { country: 'DE' } } },
  ],
])('%s is sent %j in its own words', async (vendor, request, fields) => {
  const { body, dropped } = await send({ vendor }, request)
  expect(body).toEqual({ ...HI, ...fields })
  expect(dropped).toEqual([])
})

test.each<[VendorId, Partial<CompletionRequest>, readonly string[]]>([
  [
    'deepseek',
    { seed: 1, reasoning: { budgetTokens: 5, summary: 'auto' } },
    ['seed', 'reasoning.budgetTokens', 'reasoning.summary'],
  ],
  ['cerebras', { presencePenalty: 1, frequencyPenalty: 1 }, ['frequencyPenalty', 'presencePenalty']],
  ['perplexity', { stop: ['x'], webSearch: { maxUses: 1 } }, ['stop', 'webSearch.maxUses']],
  ['ollama', { topK: 3, verbosity: 'low' }, ['topK', 'verbosity']],
])('%s drops %j with a warning', async (vendor, request, parameters) => {
  const { body, dropped } = await send({ vendor }, request)
  expect(dropped).toEqual(parameters)
  expect(body).toEqual(HI)
})

test('a stream asks for its usage, but where that is refused', async () => {
  const stream = `data: ${JSON.stringify({ choices: [{ delta: { content: 'Hi' }, finish_reason: 'stop' }] })}\n\n`
  const bodies = await Promise.all(
    (['mistral', 'deepseek'] as const).map(async vendor => {
      const { provider, sent } = make({ vendor, apiKey: 'k' }, stream)
      await provider.stream(HI).completion()
      return sent[0]?.body
    }),
  )
  expect(bodies).toEqual([
    { ...HI, stream: true },
    { ...HI, stream: true, stream_options: { include_usage: true } },
  ])
})

const TURN: CompletionRequest['messages'] = [
  { role: 'user', content: 'Time?' },
  {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'Let me see.' },
      { type: 'text', text: 'One moment.' },
      { type: 'tool-call', id: 'functions.now:0', name: 'now', arguments: {} },
    ],
  },
  { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'functions.now:0', content: '12:00' }] },
]

interface Turn {
  readonly content: unknown
  readonly tool_calls: readonly [{ readonly id: string }]
  readonly tool_call_id: string
  readonly [key: string]: unknown
}

async function turnOf(vendor: VendorId, messages: CompletionRequest['messages'] = TURN): Promise<readonly Turn[]> {
  return (await send({ vendor }, { messages })).body['messages'] as readonly Turn[]
}

test('Mistral gets ids of nine letters and digits, the same for call and result, and every time', async () => {
  const [, turn, result] = await turnOf('mistral')
  expect(turn?.tool_calls[0].id).toMatch(/^[a-zA-Z0-9]{9}$/)
  expect(result?.tool_call_id).toBe(turn?.tool_calls[0].id)
  expect(await turnOf('mistral')).toEqual(await turnOf('mistral'))
})

test('Mistral gets thoughts before the text', async () => {
  const [, turn] = await turnOf('mistral')
  expect(turn?.content).toEqual([
    { type: 'thinking', thinking: [{ type: 'text', text: 'Let me see.' }] },
    { type: 'text', text: 'One moment.' },
  ])
})

test.each<[VendorId, object]>([
  ['deepseek', { reasoning_content: 'Let me see.' }],
  ['moonshot', { reasoning_content: 'Let me see.' }],
  ['ollama', { reasoning: 'Let me see.' }],
])('%s gets its reasoning back', async (vendor, fields) => {
  expect((await turnOf(vendor))[1]).toMatchObject(fields)
})

test('a call that came without reasoning goes to DeepSeek with an empty one, an answer without', async () => {
  const call = { type: 'tool-call', id: 'a', name: 'now', arguments: {} } as const
  const result = { type: 'tool-result', toolCallId: 'a', content: '12:00' } as const
  const [, calling, , answer] = await turnOf('deepseek', [
    ...HI.messages,
    { role: 'assistant', content: [call] },
    { role: 'tool', content: [result] },
    { role: 'assistant', content: 'Noon.' },
  ])
  expect(calling).toMatchObject({ reasoning_content: '' })
  expect(answer).not.toHaveProperty('reasoning_content')
})

test.each<[VendorId, 'image' | 'file' | 'audio', boolean]>([
  ['mistral', 'image', true],
  ['mistral', 'file', true],
  ['mistral', 'audio', false],
  ['xai', 'image', true],
  ['xai', 'file', false],
  ['moonshot', 'image', false],
  ['ollama', 'image', false],
])('%s and the URL of %s: it is fetched there: %s', async (vendor, type, fetched) => {
  const { provider } = make({ vendor, apiKey: 'sk-test' })
  const part = { type, source: { url: 'https://files.example/a' } }
  const preview = await provider.preview?.({ model: 'm', messages: [{ role: 'user', content: [part] }] })
  expect(preview?.warnings.map(({ code }) => code)).toEqual(fetched ? [] : ['media-downloaded'])
  expect(JSON.stringify(preview?.body).includes('https://files.example/a')).toBe(fetched)
})

test('documents for Mistral are parts of their own', async () => {
  const { body } = await send(
    { vendor: 'mistral' },
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'file', source: { fileId: 'f' } },
            { type: 'file', source: { url: 'https://a.com/b.pdf' }, filename: 'b.pdf' },
          ],
        },
      ],
    },
  )
  expect(body['messages']).toEqual([
    {
      role: 'user',
      content: [
        { type: 'file', file_id: 'f' },
        { type: 'document_url', document_url: 'https://a.com/b.pdf', document_name: 'b.pdf' },
      ],
    },
  ])
})

test('citations of a stream are sources, once, with what is known of them', async () => {
  const search_results = [
    { url: 'https://a.com', title: 'A', snippet: 'a is' },
    { url: 'https://b.com', title: null },
  ]
  const chunks = [
    { citations: ['https://a.com'], choices: [{ delta: { content: 'Hi' } }] },
    { citations: ['https://a.com', 'https://b.com'], search_results, choices: [{ delta: {}, finish_reason: 'stop' }] },
  ]
  const { provider } = make(
    { vendor: 'perplexity', apiKey: 'k' },
    chunks.map(chunk => `data: ${JSON.stringify(chunk)}\n\n`).join(''),
  )
  expect((await provider.stream(HI).completion()).sources).toEqual([
    { type: 'source', url: 'https://a.com', title: 'A', quote: 'a is' },
    { type: 'source', url: 'https://b.com' },
  ])
  const plain = make({ vendor: 'xai', apiKey: 'k' }, { ...ANSWER, citations: ['https://c.com'] })
  expect((await plain.provider.complete(HI)).sources).toEqual([{ type: 'source', url: 'https://c.com' }])
})

test.each<[VendorId, object, object, number | undefined]>([
  [
    'xai',
    { prompt_tokens: 5, completion_tokens: 2, total_tokens: 10, cost_in_usd_ticks: 5_000_000_000 },
    { inputTokens: 5, outputTokens: 5 },
    0.5,
  ],
  [
    'mistral',
    { prompt_tokens: 5, completion_tokens: 2, total_tokens: 10 },
    { inputTokens: 8, outputTokens: 2 },
    undefined,
  ],
  [
    'perplexity',
    { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7, cost: { total_cost: 0.25 } },
    { totalTokens: 7 },
    0.25,
  ],
  ['deepseek', { prompt_tokens: 5, prompt_cache_hit_tokens: 4 }, { cacheReadTokens: 4 }, undefined],
])('usage of %s', async (...[vendor, wire, usage, cost]) => {
  const { provider } = make({ vendor, apiKey: 'k' }, { ...ANSWER, usage: wire })
  const completion = await provider.complete(HI)
  expect(completion.usage).toMatchObject(usage)
  expect(completion.cost?.total).toBe(cost)
})

test.each<[object, object]>([
  [{ domains: ['a.com'] }, { type: 'web_search', filters: { allowed_domains: ['a.com'] } }],
  [
    { blockedDomains: ['b.com'], maxUses: 2 },
    { type: 'web_search', filters: { excluded_domains: ['b.com'] } },
  ],
  [{ location: { country: 'DE' } }, { type: 'web_search' }],
])('a web search of %j in the responses of xAI', async (webSearch, tool) => {
  const { provider, sent } = make({ vendor: 'xai', apiKey: 'k', api: 'responses' }, { status: 'completed', output: [] })
  const { warnings } = await provider.complete({ ...HI, webSearch })
  expect(sent[0]?.body['tools']).toEqual([tool])
  expect(warnings).toHaveLength(Object.keys(webSearch).filter(key => key === 'maxUses' || key === 'location').length)
})

test('a web search where there is none is an error', async () => {
  await expect(send({ vendor: 'mistral' }, { webSearch: true })).rejects.toBeInstanceOf(UnsupportedOperationError)
})

test('a provider has the capabilities of its vendor, or those that it is given', () => {
  const names = [
    'embed',
    'listModels',
    'rerank',
    'generateImage',
    'generateSpeech',
    'streamSpeech',
    'transcribe',
    'files',
  ]
  const has = (settings: CompatibleSettings): readonly string[] => {
    const provider = compatible(settings)
    return names.filter(name => name in provider)
  }
  expect(has({ vendor: 'perplexity' })).toEqual([])
  expect(has({ vendor: 'vllm' })).toEqual(['embed', 'listModels', 'rerank', 'transcribe'])
  expect(has({ baseURL: 'http://localhost/v1' })).toEqual(['embed', 'listModels'])
  expect(has({ baseURL: 'http://localhost/v1', capabilities: ['generateSpeech', 'generateImage', 'files'] })).toEqual([
    'generateImage',
    'generateSpeech',
    'streamSpeech',
    'files',
  ])
})

test('responses of vendors that encrypt nothing ask for nothing encrypted', async () => {
  const { provider, sent } = make({ vendor: 'ollama', api: 'responses' }, { status: 'completed', output: [] })
  await provider.complete(HI)
  expect(sent[0]?.url).toBe('http://localhost:11434/v1/responses')
  expect(sent[0]?.body).not.toHaveProperty('include')
  expect([provider.protocol, compatible({ vendor: 'xai', api: 'responses' }).protocol]).toEqual([
    'open-responses',
    'xai-responses',
  ])
})
