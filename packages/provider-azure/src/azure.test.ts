import {
  ConfigurationError,
  ContentFilterError,
  ModelClient,
  ModelSpecRegistry,
  type CompletionRequest,
  type ModelSpec,
} from '@llm/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { azure, type AzureSettings } from './azure.ts'

const REQUEST = { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Hi' }] } as const
const CHAT = { id: 'c', choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }] }
const RESPONSE = {
  id: 'r',
  status: 'completed',
  output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hello' }] }],
}
const BASE = 'https://res.openai.azure.com'
const DATED = '2024-10-21'

interface Sent {
  readonly url: string
  readonly headers: Headers
  readonly redirect: string | undefined
  readonly body: Record<string, unknown>
}

/** A provider whose requests are kept, and which gives one answer. */
function fake(settings: AzureSettings = {}, answer: unknown = settings.api === 'responses' ? RESPONSE : CHAT) {
  const sent: Sent[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const text = await request.text()
    const body = (text.startsWith('{') ? JSON.parse(text) : { text }) as Record<string, unknown>
    sent.push({ url: request.url, headers: request.headers, redirect: init?.redirect, body })
    return answer instanceof Response ? answer.clone() : Response.json(answer)
  }
  return { sent, provider: azure({ apiKey: 'key-1234567890', baseURL: BASE, ...settings, fetch }) }
}

async function sentBy(settings: AzureSettings, request: Partial<CompletionRequest> = {}): Promise<Sent | undefined> {
  const { provider, sent } = fake(settings)
  await provider.complete({ ...REQUEST, ...request })
  return sent[0]
}

/** Variables that the SDK reads by itself, which are meant for another host or another version of this one. */
beforeEach(() => {
  vi.stubEnv('OPENAI_BASE_URL', 'https://elsewhere.test/v1')
  vi.stubEnv('OPENAI_API_KEY', 'sk-elsewhere-1234567890')
  vi.stubEnv('OPENAI_ORG_ID', 'org-elsewhere')
  vi.stubEnv('AZURE_OPENAI_API_KEY', 'elsewhere-1234567890')
  vi.stubEnv('AZURE_OPENAI_ENDPOINT', 'https://elsewhere.test')
})

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('endpoints', () => {
  const deployed = `${BASE}/openai/deployments/gpt-5-mini/chat/completions?api-version=${DATED}`
  test.each<[string, string | undefined, 'chat' | 'responses', string]>([
    [BASE, undefined, 'chat', `${BASE}/openai/v1/chat/completions`],
    [`${BASE}/`, undefined, 'responses', `${BASE}/openai/v1/responses`],
    [BASE, 'preview', 'responses', `${BASE}/openai/v1/responses?api-version=preview`],
    [`${BASE}/openai/v1/`, undefined, 'chat', `${BASE}/openai/v1/chat/completions`],
    [`${BASE}/openai/v1`, DATED, 'chat', `${BASE}/openai/v1/chat/completions`],
    [`${BASE}/openai`, undefined, 'chat', `${BASE}/openai/v1/chat/completions`],
    [BASE, DATED, 'chat', deployed],
    [`${BASE}/openai/`, DATED, 'chat', deployed],
    [`${BASE}/openai/deployments/gpt-5-mini`, DATED, 'chat', deployed],
    [BASE, '2025-04-01-preview', 'responses', `${BASE}/openai/responses?api-version=2025-04-01-preview`],
    ['https://gate.test/ai', DATED, 'chat', deployed.replace(BASE, 'https://gate.test/ai')],
    [`${BASE}/models`, undefined, 'chat', `${BASE}/models/chat/completions?api-version=2024-05-01-preview`],
    [`${BASE}/models`, '2025-01-01', 'chat', `${BASE}/models/chat/completions?api-version=2025-01-01`],
  ])('%s with version %s speaks %s at %s', async (...row) => {
    const [baseURL, apiVersion, api, url] = row
    const sent = await sentBy({ baseURL, apiVersion, api })
    expect(sent?.url).toBe(url)
    expect(sent?.body['model']).toBe('gpt-5-mini')
  })

  test('capabilities have the deployment where their API wants it', async () => {
    const settings = {
      apiVersion: DATED,
      deployments: { 'my-voice': 'tts', 'my-ear': 'whisper', 'my-eye': 'gpt-image' },
    }
    const audio = { base64: 'UklGRg==', mediaType: 'audio/wav' }
    const at = (deployment: string, path: string): string =>
      `${BASE}/openai/deployments/${deployment}/${path}?api-version=${DATED}`

    const speech = fake(settings, new Response('sound', { headers: { 'content-type': 'audio/mpeg' } }))
    await speech.provider.generateSpeech({ model: 'tts', text: 'Hi', voice: 'alloy' })
    expect(speech.sent[0]).toMatchObject({
      url: at('my-voice', 'audio/speech'),
      body: { model: 'my-voice', input: 'Hi' },
    })

    const text = fake(settings, { text: 'Hi' })
    expect(await text.provider.transcribe({ model: 'whisper', audio })).toMatchObject({ text: 'Hi' })
    expect(text.sent[0]?.url).toBe(at('my-ear', 'audio/transcriptions'))
    expect(text.sent[0]?.body['text']).toMatch(/name="model"\s+my-ear\s/)

    const image = fake(settings, { data: [{ b64_json: 'AAAA' }] })
    await image.provider.generateImage({ model: 'gpt-image', prompt: 'A cat' })
    expect(image.sent[0]?.url).toBe(at('my-eye', 'images/generations'))

    const models = fake({ apiVersion: DATED }, { data: [{ id: 'gpt-5-mini' }] })
    expect(await models.provider.listModels()).toEqual([{ id: 'gpt-5-mini' }])
    expect(models.sent[0]?.url).toBe(`${BASE}/openai/models?api-version=${DATED}`)

    const edit = fake(settings, { data: [{ b64_json: 'AAAA' }] })
    const images = [{ base64: 'iVBORw0KGgo=', mediaType: 'image/png' }]
    await edit.provider.generateImage({ model: 'gpt-image', prompt: 'Red', images, mask: images[0] })
    expect(edit.sent[0]?.url).toBe(at('my-eye', 'images/edits'))
    for (const field of ['name="model"\\s+my-eye\\s', 'name="image\\[\\]"; filename="image-0.png"', 'name="mask"']) {
      expect(edit.sent[0]?.body['text']).toMatch(new RegExp(field))
    }

    const files = fake({}, { id: 'file-1' })
    await files.provider.files.upload({ data: new Uint8Array([1]), filename: 'a.txt' })
    expect(files.sent[0]?.url).toBe(`${BASE}/openai/v1/files`)
    expect(files.sent[0]?.body['text']).toMatch(/name="purpose"\s+assistants\s/)
  })
})

describe('batches', () => {
  test.each([
    ['chat', undefined, '/chat/completions', `${BASE}/openai/v1/batches`],
    ['chat', DATED, '/chat/completions', `${BASE}/openai/batches?api-version=${DATED}`],
    ['responses', undefined, '/v1/responses', `${BASE}/openai/v1/batches`],
  ] as const)('of %s (version %s) name their endpoint and the deployment', async (...row) => {
    const [api, apiVersion, endpoint, url] = row
    const { provider, sent } = fake({ api, apiVersion, deployments: { mini: 'gpt-5-mini' } }, { id: 'b', status: 'x' })
    await provider.batches.create({ requests: [REQUEST] })
    const [upload, batch] = sent
    expect([batch?.url, batch?.body['endpoint']]).toEqual([url, endpoint])
    expect(upload?.body['text']).toContain(`"url":"${endpoint}","body":{"model":"mini"`)
  })
})

test('vector stores are those of the resource, page after page, as long as there is more', async () => {
  const { provider, sent } = fake({ apiVersion: DATED }, { data: [{ id: 'vs' }], has_more: true })
  expect(await provider.vectorStores.list()).toEqual([{ id: 'vs' }])
  expect(sent.map(({ url }) => url)).toEqual([
    `${BASE}/openai/vector_stores?api-version=${DATED}`,
    `${BASE}/openai/vector_stores?after=vs&api-version=${DATED}`,
  ])
})

test('images are made stage by stage, and refused ones say so', async () => {
  const stage = { type: 'image_edit.completed', b64_json: 'AAAA', output_format: 'png' }
  const answer = new Response(`data: ${JSON.stringify(stage)}\n\n`, {
    headers: { 'content-type': 'text/event-stream' },
  })
  const { provider, sent } = fake({}, answer)
  const images = [{ base64: 'iVBORw0KGgo=', mediaType: 'image/png' }]
  const request = {
    model: 'm',
    prompt: 'Red',
    images,
    providerOptions: { azure: { extraBody: { partial_images: 1 } } },
  }
  const stages = []
  for await (const event of provider.streamImage(request)) stages.push(event)
  expect(stages).toMatchObject([{ type: 'image', index: 0 }])
  expect(sent[0]?.body['text']).toMatch(/name="stream"\s+true\s[^]*name="partial_images"\s+1\s/)
  const refused = fake({}, Response.json({ error: { code: 'contentFilter', message: 'No.' } }, { status: 400 }))
  await expect(refused.provider.generateImage({ model: 'm', prompt: 'Bad' })).rejects.toBeInstanceOf(ContentFilterError)
  const address = provider.generateImage({ ...request, images: [{ url: 'https://example.com/a.png' }] })
  await expect(address).rejects.toMatchObject({ code: 'transformation' })
})

test('Azure judges nothing by itself', () => {
  expect('moderate' in fake().provider).toBe(false)
})

describe('credentials', () => {
  test.each([undefined, DATED])('headers that are meant for OpenAI are not sent (version %s)', async apiVersion => {
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'x-secret: 1')
    const sent = await sentBy({ apiVersion, headers: { 'x-team': 'a' } })
    expect([sent?.headers.has('x-secret'), sent?.headers.get('x-team')]).toEqual([false, 'a'])
  })

  test.each([undefined, DATED])('a key goes as api-key, and to no other host (version %s)', async apiVersion => {
    const sent = await sentBy({ apiVersion, headers: { 'x-team': 'a' } })
    expect(sent?.headers.get('api-key')).toBe('key-1234567890')
    expect(sent?.headers.get('x-team')).toBe('a')
    for (const name of ['authorization', 'openai-organization']) expect(sent?.headers.has(name)).toBe(false)
    expect(sent?.redirect).toBe('manual')
  })

  test.each([undefined, DATED])('a token is asked for before every request (version %s)', async apiVersion => {
    let count = 0
    const azureADTokenProvider = (): Promise<string> => Promise.resolve(`token-${String((count += 1))}`)
    vi.stubEnv('AZURE_API_KEY', 'key-of-the-environment')
    const { provider, sent } = fake({ apiKey: undefined, apiVersion, azureADTokenProvider })
    await provider.complete(REQUEST)
    await provider.complete(REQUEST)
    expect(sent.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer token-1', 'Bearer token-2'])
    expect(sent.some(({ headers }) => headers.has('api-key'))).toBe(false)
  })

  test('a token that cannot be had says so', async () => {
    const azureADTokenProvider = (): Promise<string> => Promise.reject(new Error('not logged in'))
    const call = fake({ apiKey: undefined, azureADTokenProvider }).provider.complete(REQUEST)
    await expect(call).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('not logged in'),
    })
  })

  test('everything comes from the environment, at the first call', async () => {
    const { provider, sent } = fake({ apiKey: undefined, baseURL: undefined })
    await expect(provider.complete(REQUEST)).rejects.toMatchObject({ hint: expect.stringContaining('AZURE_API_KEY') })
    vi.stubEnv('AZURE_API_KEY', 'key-of-the-environment')
    await expect(provider.complete(REQUEST)).rejects.toMatchObject({ hint: expect.stringContaining('AZURE_API_BASE') })
    vi.stubEnv('AZURE_API_BASE', 'https://env.openai.azure.com')
    vi.stubEnv('AZURE_API_VERSION', DATED)
    vi.stubEnv('AZURE_CHAT_DEPLOYMENT', 'env-chat')
    await provider.complete(REQUEST)
    expect(sent[0]?.url).toBe(
      `https://env.openai.azure.com/openai/deployments/env-chat/chat/completions?api-version=${DATED}`,
    )
    expect(sent[0]?.headers.get('api-key')).toBe('key-of-the-environment')
  })

  test('wrong settings are named at once, a wrong URL at the first call', async () => {
    const wrong = { deployment: 'x', deployments: [] } as unknown as AzureSettings
    expect(() => azure(wrong)).toThrow(ConfigurationError)
    expect(() => azure(wrong)).toThrow(/"deployment". Did you mean "deployments"\?.*deployments must be an object/)
    await expect(fake({ baseURL: 'nowhere' }).provider.complete(REQUEST)).rejects.toBeInstanceOf(ConfigurationError)
  })
})

describe('deployments', () => {
  const spec: ModelSpec = {
    id: 'gpt-5-mini',
    family: 'gpt',
    aliases: ['gpt-5-mini-2025-08-07'],
    input: ['text'],
    output: ['text'],
    capabilities: {},
    parameters: { temperature: { supported: false } },
  }
  const newest: ModelSpec = { ...spec, id: 'gpt-9', aliases: [], parameters: {}, releasedAt: '2030-01-01' }
  const family = { name: 'gpt', registry: () => new ModelSpecRegistry([spec, newest]) }
  const deployments = { 'eu-mini': 'gpt-5-mini', 'us-mini': 'gpt-5-mini' }

  test.each([
    ['gpt-5-mini', 'eu-mini'],
    ['gpt-5-mini-2025-08-07', 'eu-mini'],
    ['us-mini', 'us-mini'],
  ])('a client of %s asks %s, by the rules of the model', async (model, deployment) => {
    const { provider, sent } = fake({ apiVersion: DATED, deployments, chatDeployment: 'other' })
    const { warnings } = await new ModelClient(model, { provider, family }).complete('Hi', { temperature: 0 })
    expect(sent[0]?.url).toContain(`/deployments/${deployment}/`)
    expect(sent[0]?.body).toMatchObject({ model: deployment })
    expect(sent[0]?.body).not.toHaveProperty('temperature')
    expect(warnings).toMatchObject([{ code: 'parameter-dropped', parameter: 'temperature' }])
  })

  test('a deployment that is not named has the rules of the newest model, which the warning says', async () => {
    const { provider } = fake({ deployments })
    const { warnings } = await new ModelClient('mystery', { provider, family }).complete('Hi', { temperature: 0 })
    expect(warnings).toMatchObject([{ code: 'unknown-model' }])
  })

  test('one answers for all models that are not named, and one makes embeddings', async () => {
    expect((await sentBy({ deployments, chatDeployment: 'rest' }, { model: 'gpt-9' }))?.body['model']).toBe('rest')
    expect((await sentBy({ deployments }, { model: 'gpt-9' }))?.body['model']).toBe('gpt-9')
    const settings = { apiVersion: DATED, deployments: { small: 'embed-small' }, embeddingDeployment: 'vectors' }
    const { provider, sent } = fake(settings, { data: [{ embedding: [1, 2] }], usage: { prompt_tokens: 2 } })
    const { vectors } = await provider.embed({ model: 'embed-large', input: ['a'] })
    await provider.embed({
      model: 'embed-small',
      input: ['a'],
      providerOptions: { azure: { extraBody: { user: 'u' } } },
    })
    expect(vectors).toEqual([new Float32Array([1, 2])])
    expect(sent.map(({ url }) => url)).toEqual([
      `${BASE}/openai/deployments/vectors/embeddings?api-version=${DATED}`,
      `${BASE}/openai/deployments/small/embeddings?api-version=${DATED}`,
    ])
    expect(sent[1]?.body).toEqual({ model: 'small', input: ['a'], user: 'u' })
  })

  test('names that every object has are no deployments', async () => {
    expect((await sentBy({}, { model: 'constructor' }))?.body['model']).toBe('constructor')
    expect(fake().provider.modelOf?.('constructor')).toBeUndefined()
  })
})

describe('the content filter', () => {
  const fired = { hate: { filtered: true, severity: 'high' }, sexual: { filtered: false, severity: 'safe' } }
  const jailbreak = { jailbreak: { filtered: false, detected: true } }
  const sse = (...chunks: object[]): Response =>
    new Response(chunks.map(chunk => `data: ${JSON.stringify(chunk)}\n\n`).join(''), {
      headers: { 'content-type': 'text/event-stream' },
    })

  test('says in a stream what fired, once', async () => {
    const answer = sse(
      { choices: [], id: '', prompt_filter_results: [{ prompt_index: 0, content_filter_results: jailbreak }] },
      { id: 'c', choices: [{ delta: { content: 'I' }, content_filter_results: {} }] },
      { id: 'c', choices: [{ delta: {}, content_filter_results: fired }] },
      { id: 'c', choices: [{ delta: {}, finish_reason: 'content_filter', content_filter_results: fired }] },
    )
    const completion = await fake({}, answer).provider.stream(REQUEST).completion()
    expect(completion).toMatchObject({ id: 'c', text: 'I', finishReason: 'content-filter' })
    expect(completion.warnings.map(({ message }) => message)).toEqual([
      'The content filter fired on the prompt: jailbreak.',
      'The content filter fired on the answer: hate (high).',
    ])
  })

  test('says when it did not look', async () => {
    const results = { error: { code: 'content_filter_error', message: 'The contents are not filtered' } }
    const choices = [{ ...CHAT.choices[0], content_filter_results: results }]
    const { warnings } = await fake({}, { ...CHAT, choices }).provider.complete(REQUEST)
    expect(warnings).toEqual([
      { code: 'other', message: 'The content filter did not look at the answer: The contents are not filtered' },
    ])
  })

  test('is told of responses too', async () => {
    const content_filters = [
      { source_type: 'prompt', blocked: false, content_filter_results: jailbreak },
      { source_type: 'completion', blocked: true, content_filter_results: fired },
      null,
    ]
    const answer = {
      ...RESPONSE,
      status: 'incomplete',
      incomplete_details: { reason: 'content_filter' },
      content_filters,
    }
    const { warnings, finishReason } = await fake({ api: 'responses' }, answer).provider.complete(REQUEST)
    expect(finishReason).toBe('content-filter')
    expect(warnings.map(({ message }) => message)).toEqual([
      'The content filter fired on the prompt: jailbreak.',
      'The content filter fired on the answer: hate (high).',
    ])
  })

  const message = 'The response was filtered.'
  test.each<[string, object]>([
    ['chat', { innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: fired } }],
    ['the model inference API', { status: 400, innererror: { content_filter_result: fired } }],
    ['responses', { content_filters: [{ source_type: 'prompt', content_filter_results: fired }] }],
  ])('that refuses a prompt says why (%s)', async (_name, more) => {
    const error = { message, code: 'content_filter', param: 'prompt', ...more }
    const call = fake({}, Response.json({ error }, { status: 400, headers: { 'apim-request-id': 'req-1' } }))
    const failure: unknown = await call.provider.complete(REQUEST).catch((cause: unknown) => cause)
    expect(failure).toBeInstanceOf(ContentFilterError)
    expect(failure).toMatchObject({ status: 400, requestId: 'req-1', parameter: 'prompt' })
    expect((failure as Error).message).toBe('azure answered 400: The response was filtered. Fired: hate (high).')
  })
})

describe('options', () => {
  const shared = { store: true, serviceTier: 'flex', metadata: { userId: 'u' }, extraBody: { new_field: 1 } } as const
  const chat = { dataSources: [{ type: 'azure_search' }] } as const
  const responses = { previousResponseId: 'r0' } as const

  test('of both APIs', async () => {
    const azureOptions = { ...shared, topLogprobs: 2, promptCacheKey: 'k', safetyIdentifier: 's' }
    const common = { store: true, service_tier: 'flex', metadata: { userId: 'u' }, new_field: 1, top_logprobs: 2 }
    const request = { providerOptions: { azure: azureOptions } }
    expect((await sentBy({}, request))?.body).toMatchObject({ ...common, logprobs: true })
    expect((await sentBy({ api: 'responses' }, request))?.body).toMatchObject({
      ...common,
      prompt_cache_key: 'k',
      safety_identifier: 's',
      include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
    })
  })

  test.each([
    ['chat', chat, { data_sources: [{ type: 'azure_search' }] }, responses],
    ['responses', responses, { previous_response_id: 'r0' }, chat],
  ] as const)('of %s, and those of the other are dropped with a warning', async (...row) => {
    const [api, own, wire, others] = row
    const { provider, sent } = fake({ api })
    const { warnings } = await provider.complete({ ...REQUEST, providerOptions: { azure: { ...own, ...others } } })
    expect(sent[0]?.body).toMatchObject(wire)
    expect(warnings.map(({ parameter }) => parameter)).toEqual(
      Object.keys(others).map(name => `providerOptions.azure.${name}`),
    )
    expect(warnings.every(({ code }) => code === 'unsupported-option')).toBe(true)
    expect(JSON.stringify(sent[0]?.body)).not.toMatch(api === 'chat' ? /previous_response/ : /data_sources/)
  })

  test('that do not exist are errors', async () => {
    const call = sentBy({}, { providerOptions: { azure: { storage: true } as never } })
    await expect(call).rejects.toMatchObject({ code: 'validation', message: expect.stringContaining('storage') })
  })
})

test('tools that Azure runs are options of the responses API', async () => {
  const sent: unknown[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    sent.push(await new Request(input, init).json())
    return Response.json({ status: 'completed', output: [] })
  }
  const provider = azure({ apiKey: 'k', baseURL: 'https://example.openai.azure.com', api: 'responses', fetch })
  await provider.complete({
    model: 'm',
    messages: [{ role: 'user', content: 'Hi' }],
    providerOptions: { azure: { codeExecution: true, serverTools: [{ type: 'web_search' }], store: true } },
  })
  expect(sent[0]).toMatchObject({
    store: true,
    tools: [{ type: 'code_interpreter', container: { type: 'auto' } }, { type: 'web_search' }],
  })
  expect(sent[0]).not.toHaveProperty('code_execution')
})
