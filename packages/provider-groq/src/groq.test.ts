import {
  ContextLengthError,
  InvalidRequestError,
  NotFoundError,
  OverloadedError,
  type Completion,
  type CompletionRequest,
} from '@llm/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { groq, type GroqSettings } from './groq.ts'

const REQUEST = { model: 'openai/gpt-oss-120b', messages: [{ role: 'user', content: 'Hi' }] } as const
const CHAT = { id: 'c', choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }] }

interface Sent {
  readonly url: string
  readonly headers: Headers
  readonly body: Record<string, unknown>
  readonly form: FormData | undefined
}

/** A provider whose requests are kept, and which gives one answer. */
function fake(settings: GroqSettings = {}, answer: unknown = CHAT) {
  const sent: Sent[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const { url, headers } = request
    const form = init?.body instanceof FormData ? init.body : undefined
    const text = await request.text()
    const body = (form === undefined && text !== '' ? JSON.parse(text) : {}) as Record<string, unknown>
    sent.push({ url, headers, body, form })
    return answer instanceof Response ? answer.clone() : Response.json(answer)
  }
  return { sent, provider: groq({ apiKey: 'gsk_1234567890', ...settings, fetch }) }
}

async function sentBy(request: Partial<CompletionRequest>): Promise<Sent['body'] & { warnings: string[] }> {
  const { provider, sent } = fake()
  const { warnings } = await provider.complete({ ...REQUEST, ...request })
  return { ...sent[0]?.body, warnings: warnings.map(({ parameter = '' }) => parameter) }
}

function sse(...chunks: readonly object[]): Response {
  const text = chunks.map(chunk => `data: ${JSON.stringify(chunk)}\n\n`).join('')
  return new Response(`${text}data: [DONE]\n\n`, { headers: { 'content-type': 'text/event-stream' } })
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('settings', () => {
  test.each([
    [undefined, 'https://api.groq.com/openai/v1/chat/completions'],
    ['https://gate.test', 'https://gate.test/openai/v1/chat/completions'],
    ['https://api.groq.com/openai/v1', 'https://api.groq.com/openai/v1/chat/completions'],
    ['https://gate.test/v1/', 'https://gate.test/v1/chat/completions'],
  ])('a base URL of %s gives %s', async (baseURL, url) => {
    const { provider, sent } = fake({ baseURL, headers: { 'x-team': 'a' } })
    await provider.complete(REQUEST)
    expect(sent[0]?.url).toBe(url)
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toMatchObject({
      authorization: 'Bearer gsk_1234567890',
      'content-type': 'application/json',
      'x-team': 'a',
    })
  })

  test('come from the environment, at the first call', async () => {
    vi.stubEnv('GROQ_API_KEY', '')
    const { provider, sent } = fake({ apiKey: undefined })
    await expect(provider.complete(REQUEST)).rejects.toMatchObject({ hint: expect.stringContaining('GROQ_API_KEY') })
    vi.stubEnv('GROQ_API_KEY', 'gsk_of_the_environment')
    vi.stubEnv('GROQ_BASE_URL', 'https://env.test')
    await provider.complete(REQUEST)
    expect(sent[0]?.url).toBe('https://env.test/openai/v1/chat/completions')
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer gsk_of_the_environment')
  })
})

describe('a request', () => {
  test.each([
    [{ effort: 'none' }, 'none', []],
    [{ effort: 'low' }, 'low', []],
    [{ effort: 'minimal' }, 'low', ['reasoning.effort']],
    [{ effort: 'max' }, 'high', ['reasoning.effort']],
    [{ effort: 'high', summary: 'auto', budgetTokens: 5 }, 'high', ['reasoning.budgetTokens', 'reasoning.summary']],
    [{}, undefined, []],
  ] as const)('with reasoning %j', async (reasoning, reasoning_effort, warnings) => {
    const body = await sentBy({ reasoning })
    expect([body['reasoning_effort'], body.warnings]).toEqual([reasoning_effort, warnings])
  })

  test('has Groq’s own options', async () => {
    const documents = [{ id: 'd1', source: { type: 'json', data: { camelCase: 1 } } }]
    const body = await sentBy({
      tools: [{ name: 'now' }],
      providerOptions: {
        groq: {
          reasoningFormat: 'parsed',
          includeReasoning: false,
          serviceTier: 'flex',
          builtInTools: ['browser_search', 'code_interpreter'],
          compoundCustom: { tools: { enabled_tools: ['web_search'] } },
          documents,
          citationOptions: 'enabled',
          disableToolValidation: true,
          extraBody: { new_field: 1 },
        },
      },
    })
    expect(body).toMatchObject({
      reasoning_format: 'parsed',
      include_reasoning: false,
      service_tier: 'flex',
      tools: [{ function: { name: 'now' } }, { type: 'browser_search' }, { type: 'code_interpreter' }],
      compound_custom: { tools: { enabled_tools: ['web_search'] } },
      documents,
      citation_options: 'enabled',
      disable_tool_validation: true,
      new_field: 1,
      warnings: [],
    })
    const unknown = sentBy({ providerOptions: { groq: { tier: 'flex' } as never } })
    await expect(unknown).rejects.toMatchObject({ code: 'validation' })
  })

  test('asks for usage by nothing, as Groq always tells it', async () => {
    const { provider, sent } = fake()
    await provider.stream(REQUEST).completion()
    expect(sent[0]?.body).toMatchObject({ stream: true })
    expect(sent[0]?.body).not.toHaveProperty('stream_options')
  })

  test('gives reasoning back', async () => {
    const content = [
      { type: 'reasoning', text: 'Thinking.' },
      { type: 'text', text: 'Hello.' },
    ] as const
    const messages = [...REQUEST.messages, { role: 'assistant', content }, { role: 'user', content: 'And?' }] as const
    expect((await sentBy({ messages }))['messages']).toMatchObject([
      {},
      { role: 'assistant', content: 'Hello.', reasoning: 'Thinking.' },
      {},
    ])
  })
})

describe('a web search', () => {
  const webSearch = {
    domains: ['a.com'],
    blockedDomains: ['b.com'],
    location: { country: 'DE', city: 'Berlin' },
    maxUses: 1,
  }

  test('of Compound has settings', async () => {
    const body = await sentBy({ model: 'groq/compound', webSearch })
    expect(body['search_settings']).toEqual({
      country: 'germany',
      include_domains: ['a.com'],
      exclude_domains: ['b.com'],
    })
    expect(body.warnings).toEqual(['webSearch.maxUses', 'webSearch.location.city'])
    expect(body).not.toHaveProperty('tools')
    expect(await sentBy({ model: 'compound-beta', webSearch: true })).not.toHaveProperty('search_settings')
  })

  test('of others is a tool', async () => {
    const body = await sentBy({ webSearch, providerOptions: { groq: { builtInTools: ['browser_search'] } } })
    expect(body['tools']).toEqual([{ type: 'browser_search' }])
    expect(body.warnings).toEqual([
      'webSearch.maxUses',
      'webSearch.domains',
      'webSearch.blockedDomains',
      'webSearch.location.country',
      'webSearch.location.city',
    ])
  })
})

describe('tools that Groq ran', () => {
  const search = { index: 0, type: 'search', arguments: '{"query":"x"}' }
  const found = {
    ...search,
    output: 'Title: A',
    search_results: {
      results: [{ url: 'https://a.com', title: 'A', content: 'long', score: 1 }, { title: 'no address' }],
    },
  }
  const python = { index: 1, type: 'function', name: 'python', arguments: '{"code":"1"}', output: '1' }
  const drawn = { ...python, code_results: [{ text: '1' }, { png: 'AAAA' }] }
  const cited = { type: 'document_citation', document_citation: { document_id: 'd1', start_index: 0, end_index: 2 } }
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }

  const expected = [
    {
      type: 'tool-call',
      id: 'c_0',
      name: 'search',
      arguments: { query: 'x' },
      providerExecuted: true,
    },
    { type: 'tool-result', toolCallId: 'c_0', name: 'search', content: 'Title: A', providerExecuted: true },
    { type: 'source', url: 'https://a.com', title: 'A' },
    { type: 'tool-call', id: 'c_1', name: 'python', arguments: { code: '1' }, providerExecuted: true },
    { type: 'tool-result', toolCallId: 'c_1', name: 'python', content: '1', providerExecuted: true },
    { type: 'image', source: { base64: 'AAAA', mediaType: 'image/png' } },
    { type: 'source', id: 'd1', start: 0, end: 2 },
    { type: 'text', text: 'Hi' },
  ]

  function check(completion: Completion): void {
    expect(completion.content).toEqual(expected)
    expect(completion).toMatchObject({ toolCalls: [], finishReason: 'stop', usage: { totalTokens: 3 } })
    expect(completion.sources.map(({ url, id }) => url ?? id)).toEqual(['https://a.com', 'd1'])
  }

  test('come with the whole answer', async () => {
    const message = { content: 'Hi', executed_tools: [found, drawn], annotations: [cited] }
    const answer = { id: 'c', choices: [{ message, finish_reason: 'stop' }], usage }
    check(await fake({}, answer).provider.complete(REQUEST))
  })

  test('come as they begin and end, each told once', async () => {
    const delta = (piece: object): object => ({ id: 'c', choices: [{ delta: piece }] })
    const answer = sse(
      delta({ executed_tools: [search] }),
      delta({ executed_tools: [{ ...search, output: null }] }),
      delta({ executed_tools: [found] }),
      delta({ executed_tools: [drawn] }),
      delta({ annotations: [cited, { type: 'function_citation', function_citation: null }] }),
      delta({ content: 'Hi', executed_tools: [found] }),
      { id: 'c', choices: [{ delta: {}, finish_reason: 'stop' }], x_groq: { id: 'r', usage } },
    )
    check(await fake({}, answer).provider.stream(REQUEST).completion())
  })

  test('that never ended are told all the same, and results may be of any kind', async () => {
    const tools = [
      { type: 'visit', arguments: 'no JSON' },
      { arguments: '', browser_results: [{ title: 'B', url: 'https://b.com' }] },
    ]
    const answer = { id: '', choices: [{ message: { content: 'Hi', executed_tools: tools }, finish_reason: 'stop' }] }
    const { content } = await fake({}, answer).provider.complete(REQUEST)
    expect(content).toMatchObject([
      { type: 'tool-call', id: 'run_1', name: 'tool', arguments: {} },
      { type: 'tool-result', toolCallId: 'run_1', content: '[{"title":"B","url":"https://b.com"}]' },
      { type: 'source', url: 'https://b.com' },
      { type: 'text', text: 'Hi' },
      { type: 'tool-call', id: 'run_0', name: 'visit', status: 'invalid', argumentsText: 'no JSON' },
    ])
  })
})

describe('x_groq', () => {
  const delta = { id: 'c', choices: [{ delta: { content: 'Hi' } }] }

  test('has no usage of tokens in a whole answer', async () => {
    const answer = {
      ...CHAT,
      usage: { prompt_tokens: 5, completion_tokens: 1 },
      x_groq: { usage: { dram_cached_tokens: 3 } },
    }
    expect((await fake({}, answer).provider.complete(REQUEST)).usage).toMatchObject({ inputTokens: 5, totalTokens: 6 })
    const without = { ...CHAT, x_groq: { usage: { dram_cached_tokens: 3 } } }
    expect((await fake({}, without).provider.complete(REQUEST)).usage.inputTokens).toBeUndefined()
  })

  test.each([
    ['over_capacity', 'overloaded'],
    ['something_else', 'server'],
  ])('may say why a stream was stopped: %s', async (error, code) => {
    const answer = sse(delta, { id: 'c', choices: [], x_groq: { id: 'r', error } })
    const call = fake({}, answer).provider.stream(REQUEST).completion()
    await expect(call).rejects.toMatchObject({
      code,
      retryable: true,
      message: `groq: the stream was stopped: ${error}`,
      partial: { text: 'Hi' },
    })
  })
})

describe('errors', () => {
  const failed = (status: number, error: object): Response =>
    Response.json({ error }, { status, headers: { 'x-request-id': 'req_1' } })

  test.each([
    [498, { message: 'No room.', type: 'capacity_exceeded' }, OverloadedError, true],
    [498, {}, OverloadedError, true],
    [413, { message: 'Too large.', type: 'tokens', code: 'rate_limit_exceeded' }, ContextLengthError, false],
    [400, { message: 'Gone.', code: 'model_decommissioned' }, NotFoundError, false],
  ])('%i %j', async (...row) => {
    const [status, error, kind, retryable] = row
    const thrown: unknown = await fake({}, failed(status, error))
      .provider.complete(REQUEST)
      .catch((cause: unknown) => cause)
    expect(thrown).toBeInstanceOf(kind)
    expect(thrown).toMatchObject({ status, retryable, requestId: 'req_1' })
  })

  test('a schema that Groq does not take is wrong at a place', async () => {
    const error = { message: 'Invalid schema.', type: 'invalid_request_error', schema_path: '/properties/a' }
    const call = fake({}, failed(400, error)).provider.complete(REQUEST)
    await expect(call).rejects.toMatchObject({ code: 'invalid_request', parameter: '/properties/a' })
  })

  const broken = {
    message: "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
    type: 'invalid_request_error',
    code: 'tool_use_failed',
    failed_generation: '<function=secret>of the prompt</function>',
    status_code: 400,
  }
  const said =
    'Failed to call a function. Please adjust your prompt. Try again, lower the temperature, or describe the tools better.'

  test.each([
    ['as a status', failed(400, broken)],
    ['inside a stream', new Response(`event: error\ndata: ${JSON.stringify({ error: broken })}\n\n`)],
  ])('a call that the model got wrong, %s, says what helps and nothing of the prompt', async (_where, answer) => {
    const thrown: unknown = await fake({}, answer)
      .provider.stream(REQUEST)
      .completion()
      .catch((cause: unknown) => cause)
    expect(thrown).toBeInstanceOf(InvalidRequestError)
    expect(thrown).toMatchObject({ vendorCode: 'tool_use_failed', message: `groq answered 400: ${said}` })
    expect(JSON.stringify(thrown)).not.toContain('secret')
  })
})

describe('besides completions', () => {
  test('sound is written down, with times, from bytes or an address', async () => {
    const body = { text: 'Hi', language: 'English', duration: 1.5, segments: [{ text: 'Hi', start: 0, end: 1 }] }
    const { provider, sent } = fake({}, body)
    const audio = { url: 'https://example.com/a.mp3' }
    expect(await provider.transcribe({ model: 'whisper-large-v3', audio, language: 'en' })).toMatchObject(body)
    expect(sent[0]?.url).toBe('https://api.groq.com/openai/v1/audio/transcriptions')
    expect(Object.fromEntries(sent[0]?.form ?? [])).toEqual({
      model: 'whisper-large-v3',
      language: 'en',
      response_format: 'verbose_json',
      'timestamp_granularities[]': 'segment',
      url: audio.url,
    })
  })

  test('text is spoken', async () => {
    const answer = new Response('sound', { headers: { 'content-type': 'audio/wav' } })
    const { provider, sent } = fake({}, answer)
    const request = { model: 'playai-tts', text: 'Hi', voice: 'Fritz-PlayAI', format: 'wav' }
    const speech = await provider.generateSpeech({ ...request, providerOptions: { groq: { sampleRate: 8000 } } })
    expect([new TextDecoder().decode(speech.audio), speech.mediaType]).toEqual(['sound', 'audio/wav'])
    expect(sent[0]).toMatchObject({
      url: 'https://api.groq.com/openai/v1/audio/speech',
      body: { model: 'playai-tts', input: 'Hi', voice: 'Fritz-PlayAI', response_format: 'wav', sample_rate: 8000 },
    })
  })

  test('models are listed with their windows', async () => {
    const { provider, sent } = fake(
      {},
      { data: [{ id: 'm', created: 86_400, context_window: 10, max_completion_tokens: 5 }] },
    )
    expect(await provider.listModels()).toEqual([
      { id: 'm', createdAt: '1970-01-02T00:00:00.000Z', contextWindow: 10, maxOutputTokens: 5 },
    ])
    expect(sent[0]?.url).toBe('https://api.groq.com/openai/v1/models')
  })

  test('batches are handed in', async () => {
    const { provider, sent } = fake({}, { id: 'x', status: 'validating' })
    expect(await provider.batches.create({ requests: [REQUEST] })).toEqual({ id: 'x', state: 'queued' })
    expect(sent.map(({ url }) => url)).toEqual([
      'https://api.groq.com/openai/v1/files',
      'https://api.groq.com/openai/v1/batches',
    ])
    const line = JSON.parse(await (sent[0]?.form?.get('file') as File).text()) as unknown
    expect(line).toMatchObject({ method: 'POST', url: '/v1/chat/completions', body: REQUEST })
    expect(sent[1]?.body).toEqual({ input_file_id: 'x', endpoint: '/v1/chat/completions', completion_window: '24h' })
  })
})
