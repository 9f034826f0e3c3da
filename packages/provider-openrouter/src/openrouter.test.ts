import {
  ConfigurationError,
  ContentFilterError,
  ContextLengthError,
  QuotaExceededError,
  RateLimitError,
  ServerError,
  ValidationError,
  type CompletionRequest,
  type Message,
} from '@llm/core'
import { expect, test } from 'vitest'
import type { OpenRouterOptions } from './options.ts'
import { openrouter, type OpenRouterSettings } from './openrouter.ts'

const HI = { model: 'some/model', messages: [{ role: 'user', content: 'Hi' }] } as const
const ANSWER = { choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] }

interface Sent {
  readonly url: string
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** A provider whose every call is answered with one body, and what it sent. */
function make(answer: object | string, { status = 200, ...settings }: OpenRouterSettings & { status?: number } = {}) {
  const sent: Sent[] = []
  const fetch = ((url: string, { headers, body }: RequestInit) => {
    const json = typeof body === 'string' ? (JSON.parse(body) as Sent['body']) : {}
    sent.push({ url, headers: new Headers(headers), body: json })
    const stream = typeof answer === 'string'
    const init = { status, headers: { 'content-type': stream ? 'text/event-stream' : 'application/json' } }
    return Promise.resolve(new Response(stream ? answer : JSON.stringify(answer), init))
  }) as typeof globalThis.fetch
  return { provider: openrouter({ apiKey: 'sk-or-test', fetch, ...settings }), sent }
}

async function bodyOf(request: Partial<CompletionRequest>, settings: OpenRouterSettings = {}): Promise<Sent['body']> {
  const answer = settings.api === 'responses' ? { status: 'completed', output: [] } : ANSWER
  const { provider, sent } = make(answer, settings)
  await provider.complete({ ...HI, ...request })
  return sent[0]?.body ?? {}
}

const withOptions = (openrouter: OpenRouterOptions): Partial<CompletionRequest> => ({ providerOptions: { openrouter } })

const ROUTED = withOptions({
  models: ['other/model'],
  provider: {
    order: ['anthropic'],
    allowFallbacks: false,
    sort: { by: 'price', partition: 'none' },
    maxPrice: { prompt: 1 },
    preferredMinThroughput: { p90: 50 },
  },
  route: 'fallback',
  transforms: ['middle-out'],
  plugins: [{ id: 'file-parser', maxFiles: 1 }],
  sessionId: 's',
  extraBody: { brand_new: true },
})

test.each(['chat', 'responses'] as const)('routing, fallbacks and plugins are sent over %s', async api => {
  expect(await bodyOf(ROUTED, { api })).toMatchObject({
    models: ['other/model'],
    provider: {
      order: ['anthropic'],
      allow_fallbacks: false,
      sort: { by: 'price', partition: 'none' },
      max_price: { prompt: 1 },
      preferred_min_throughput: { p90: 50 },
    },
    route: 'fallback',
    transforms: ['middle-out'],
    plugins: [{ id: 'file-parser', maxFiles: 1 }],
    session_id: 's',
    brand_new: true,
  })
})

test('routing is sent with the calls besides completions too', async () => {
  const { provider, sent } = make({ data: [{ embedding: [1] }] })
  await provider.embed({
    model: 'm',
    input: ['a'],
    providerOptions: { openrouter: { provider: { only: ['openai'] } } },
  })
  expect(sent[0]).toMatchObject({
    url: 'https://openrouter.ai/api/v1/embeddings',
    body: { provider: { only: ['openai'] } },
  })
})

test('unknown options are refused', async () => {
  const options = { provider: { oder: ['x'] } } as OpenRouterOptions
  await expect(bodyOf(withOptions(options))).rejects.toBeInstanceOf(ValidationError)
})

test.each<[Partial<CompletionRequest>, object]>([
  [{ reasoning: { effort: 'low' } }, { effort: 'low' }],
  [{ reasoning: { budgetTokens: 9, summary: 'auto' } }, { max_tokens: 9, summary: 'auto' }],
  [
    { ...withOptions({ reasoning: { exclude: true } }), reasoning: { effort: 'high' } },
    { effort: 'high', exclude: true },
  ],
  [withOptions({ reasoning: { enabled: true } }), { enabled: true }],
])('reasoning of %j', async (request, reasoning) => {
  expect((await bodyOf(request))['reasoning']).toEqual(reasoning)
})

test('an effort beside a budget is dropped, and said', async () => {
  const { provider, sent } = make(ANSWER)
  const { warnings } = await provider.complete({ ...HI, reasoning: { effort: 'low', budgetTokens: 9 } })
  expect(sent[0]?.body['reasoning']).toEqual({ max_tokens: 9 })
  expect(warnings).toMatchObject([{ code: 'parameter-dropped', parameter: 'reasoning.effort' }])
})

test.each(['chat', 'responses'] as const)('a web search is a tool of OpenRouter’s over %s', async api => {
  const webSearch = { domains: ['a.com'], maxUses: 2, location: { country: 'DE' } }
  const request = { webSearch, ...withOptions({ webSearch: { engine: 'exa', maxResults: 3 } }) }
  expect((await bodyOf(request, { api }))['tools']).toEqual([
    {
      type: 'openrouter:web_search',
      parameters: {
        allowed_domains: ['a.com'],
        user_location: { type: 'approximate', country: 'DE' },
        max_uses: 2,
        engine: 'exa',
        max_results: 3,
      },
    },
  ])
  expect((await bodyOf({ webSearch: true }, { api }))['tools']).toEqual([{ type: 'openrouter:web_search' }])
})

test('your application is named in headers', async () => {
  const { provider, sent } = make(ANSWER, { appURL: 'https://a.com', appName: 'App', headers: { 'x-own': '1' } })
  await provider.complete(HI)
  const { headers } = sent[0] ?? {}
  expect(headers?.get('authorization')).toBe('Bearer sk-or-test')
  expect([headers?.get('http-referer'), headers?.get('x-title'), headers?.get('x-own')]).toEqual([
    'https://a.com',
    'App',
    '1',
  ])
})

test('a missing key is an error at the first call, and a wrong setting at once', async () => {
  const provider = openrouter({ apiKey: undefined, fetch: () => Promise.reject(new Error('not reached')) })
  if (process.env['OPENROUTER_API_KEY'] === undefined) {
    await expect(provider.complete(HI)).rejects.toBeInstanceOf(ConfigurationError)
  }
  expect(() => openrouter({ apikey: 'x' } as OpenRouterSettings)).toThrow(ConfigurationError)
})

const IMAGE = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
const FILE_NOTE = { type: 'file', file: { hash: 'h', content: [{ type: 'text', text: 'read' }] } }
const MESSAGE = {
  role: 'assistant',
  content: 'Here.',
  images: [IMAGE],
  annotations: [FILE_NOTE],
  reasoning_details: [{ type: 'reasoning.encrypted', data: 'xyz', index: 0 }],
}

test.each([
  ['a body', { choices: [{ message: MESSAGE, finish_reason: 'stop' }] }],
  ['a stream', `data: ${JSON.stringify({ choices: [{ delta: MESSAGE, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`],
])('images, notes on files and secret reasoning of %s come back in the next turn', async (_form, answer) => {
  const { provider, sent } = make(answer)
  const { message, sources } =
    typeof answer === 'string' ? await provider.stream(HI).completion() : await provider.complete(HI)
  expect(message.content).toEqual([
    {
      type: 'reasoning',
      text: '',
      state: { protocol: 'openrouter-chat', data: { reasoning_details: MESSAGE.reasoning_details } },
    },
    { type: 'text', text: 'Here.', state: { protocol: 'openrouter-chat', data: { annotations: [FILE_NOTE] } } },
    { type: 'image', source: { mediaType: 'image/png', base64: 'AAAA' } },
  ])
  expect(sources).toEqual([])
  const history: Message[] = [...HI.messages, message, { role: 'user', content: 'Again' }]
  await provider.complete({ ...HI, messages: history }).catch(() => undefined)
  expect((sent[1]?.body['messages'] as object[])[1]).toEqual(MESSAGE)
})

test('details of a stream are put together by type and index', async () => {
  const pieces = [
    [{ type: 'reasoning.text', text: 'a', index: 0, format: 'f' }],
    [{ type: 'reasoning.text', text: 'b', index: 0 }],
    [
      { type: 'reasoning.text', signature: 's', index: 0, text: null },
      { type: 'reasoning.encrypted', data: 'x', index: 0 },
    ],
    [{ type: 'reasoning.summary', summary: 'c', index: 1 }],
  ]
  const chunks = pieces.map(details => ({ choices: [{ delta: { reasoning_details: details } }] }))
  const stream = [...chunks, { choices: [{ delta: {}, finish_reason: 'stop' }] }]
  const { provider } = make(stream.map(chunk => `data: ${JSON.stringify(chunk)}\n\n`).join(''))
  const { content } = await provider.stream(HI).completion()
  expect(content[0]?.state?.data).toEqual({
    reasoning_details: [
      { type: 'reasoning.text', text: 'ab', index: 0, format: 'f', signature: 's' },
      { type: 'reasoning.encrypted', data: 'x', index: 0 },
      { type: 'reasoning.summary', summary: 'c', index: 1 },
    ],
  })
})

test('an error inside a stream is thrown with what had come', async () => {
  const failed = {
    code: 502,
    message: 'Provider disconnected',
    metadata: { provider_name: 'Some', raw: 'upstream gone' },
  }
  const chunks = [
    { choices: [{ delta: { content: 'Hel' } }] },
    { id: 'g', error: failed, choices: [{ delta: { content: '' }, finish_reason: 'error' }] },
  ]
  const { provider } = make(
    `: OPENROUTER PROCESSING\n\n${chunks.map(chunk => `data: ${JSON.stringify(chunk)}\n\n`).join('')}`,
  )
  const thrown: unknown = await provider
    .stream(HI)
    .completion()
    .catch((cause: unknown) => cause)
  expect(thrown).toBeInstanceOf(ServerError)
  expect(thrown).toMatchObject({
    status: 502,
    retryable: true,
    message: 'openrouter answered 502: Provider disconnected (Some: upstream gone)',
    partial: { text: 'Hel' },
  })
})

const upstream = JSON.stringify({ error: { message: 'prompt is too long', type: 'invalid_request_error' } })

test.each<[number, object, readonly [new (...args: never) => Error, string]]>([
  [402, { message: 'Insufficient credits', code: 402 }, [QuotaExceededError, 'Insufficient credits']],
  [403, { message: 'Flagged', code: 403, metadata: { reasons: ['violence'] } }, [ContentFilterError, 'Flagged']],
  [
    429,
    { message: 'Provider returned error', metadata: { provider_name: 'X', raw: 'slow' } },
    [RateLimitError, 'error (X: slow)'],
  ],
  [
    400,
    { message: 'Provider returned error', metadata: { provider_name: 'X', raw: upstream } },
    [ContextLengthError, '(X: prompt is too long)'],
  ],
  [200, { message: 'Overloaded', code: 429 }, [RateLimitError, 'Overloaded']],
])('a %i of %j', async (status, error, [type, said]) => {
  const { provider } = make({ error }, { status })
  const thrown = await provider.complete(HI).catch((cause: unknown) => cause)
  expect(thrown).toBeInstanceOf(type)
  expect((thrown as Error).message).toContain(said)
})

test('an error in a choice of a whole answer is thrown', async () => {
  const choices = [{ message: { content: '' }, finish_reason: 'error', error: { code: 503, message: 'No host' } }]
  await expect(make({ choices }).provider.complete(HI)).rejects.toMatchObject({ status: 503, retryable: true })
})

test('models are listed with their limits', async () => {
  const { provider, sent } = make({
    data: [{ id: 'a/b', name: 'A: B', created: 86_400, context_length: 9, top_provider: { max_completion_tokens: 3 } }],
  })
  expect(await provider.listModels()).toEqual([
    { id: 'a/b', name: 'A: B', createdAt: '1970-01-02T00:00:00.000Z', contextWindow: 9, maxOutputTokens: 3 },
  ])
  expect(sent[0]?.url).toBe('https://openrouter.ai/api/v1/models')
})

test('responses report their cost', async () => {
  const { provider } = make(
    { status: 'completed', output: [], usage: { input_tokens: 1, cost: 0.5 } },
    { api: 'responses' },
  )
  expect((await provider.complete(HI)).cost).toEqual({ total: 0.5, source: 'reported' })
})
