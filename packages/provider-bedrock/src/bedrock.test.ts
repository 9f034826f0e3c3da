import { ConfigurationError, type Provider } from '@llm/core'
import { replayFetch, type Exchange, type ReplayedRequest } from '@llm/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bedrock, type BedrockSettings } from './bedrock.ts'

const REQUEST = { model: 'us.vendor.model-v1:0', messages: [{ role: 'user', content: 'Hi' }] } as const
const DONE = { output: { message: { content: [{ text: 'Hello' }] } }, stopReason: 'end_turn' }
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret-1' }

function answers(...bodies: readonly object[]): Exchange[] {
  return bodies.map(json => ({
    request: { method: 'POST', url: '' },
    response: {
      status: 200,
      headers: { 'content-type': 'application/json', 'x-amzn-bedrock-input-token-count': '3' },
      json,
    },
  }))
}

async function sent(settings: BedrockSettings): Promise<ReplayedRequest> {
  const { fetch, requests } = replayFetch(answers(DONE))
  expect((await bedrock({ ...settings, fetch }).complete(REQUEST)).text).toBe('Hello')
  return requests[0] as ReplayedRequest
}

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined)
  vi.stubEnv('AWS_REGION', 'eu-central-1')
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', 'none')
  vi.stubEnv('AWS_CONFIG_FILE', 'none')
})

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('credentials', () => {
  test('that are passed sign the request', async () => {
    const { url, headers } = await sent({ ...KEYS, sessionToken: 'session-1', headers: { 'x-own': 'yes' } })
    expect(url).toBe('https://bedrock-runtime.eu-central-1.amazonaws.com/model/us.vendor.model-v1%3A0/converse')
    expect(headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/bedrock\/aws4_request, SignedHeaders=.*x-own.*, Signature=[0-9a-f]{64}$/,
    )
    expect(headers).toMatchObject({ 'x-amz-security-token': 'session-1', 'x-own': 'yes' })
  })

  test('may be given by a function, and by a Bedrock API key', async () => {
    const credentials = () => Promise.resolve({ ...KEYS, accessKeyId: 'AKIDFUNCTION', sessionToken: undefined })
    expect((await sent({ credentials })).headers['authorization']).toContain('Credential=AKIDFUNCTION/')
    expect((await sent({ apiKey: 'a-key' })).headers['authorization']).toBe('Bearer a-key')
  })

  test('of the environment are used where none are passed, a Bedrock API key first', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENVIRONMENT')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-a-secret-2')
    expect((await sent({})).headers['authorization']).toContain('Credential=AKIDENVIRONMENT/')
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'of-the-environment')
    expect((await sent({})).headers['authorization']).toBe('Bearer of-the-environment')
    expect((await sent(KEYS)).headers['authorization']).toContain('Credential=AKIDEXAMPLE/')
    expect((await sent({ apiKey: 'a-key' })).headers['authorization']).toBe('Bearer a-key')
  })

  test.each<[BedrockSettings, string, string]>([
    [{}, 'Could not load credentials', 'AWS_BEARER_TOKEN_BEDROCK'],
    [{ accessKeyId: 'AKIDEXAMPLE' }, 'no secretAccessKey', 'AWS_SECRET_ACCESS_KEY'],
    [{ secretAccessKey: 'not-a-secret' }, 'no accessKeyId', 'AWS_ACCESS_KEY_ID'],
  ])('that are missing are an error at the first call: %j', async (settings, message, hint) => {
    const failure: unknown = await bedrock(settings)
      .complete(REQUEST)
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ConfigurationError)
    expect((failure as ConfigurationError).message).toContain(message)
    expect((failure as ConfigurationError).hint).toContain(hint)
  })

  test('are in no error', async () => {
    const echo = `The key ${KEYS.secretAccessKey} is wrong.`
    const fetch = () => Promise.resolve(Response.json({ message: echo }, { status: 403 }))
    const failure: unknown = await bedrock({ ...KEYS, fetch })
      .complete(REQUEST)
      .catch((error: unknown) => error)
    expect((failure as Error).message).toBe('bedrock answered 403: The key [redacted] is wrong.')
  })
})

describe('the region', () => {
  test('is that of the settings, else of the environment', async () => {
    vi.stubEnv('AWS_DEFAULT_REGION', 'us-west-2')
    expect((await sent({ ...KEYS, region: 'ap-south-1' })).url).toContain('//bedrock-runtime.ap-south-1.')
    expect((await sent(KEYS)).url).toContain('//bedrock-runtime.eu-central-1.')
    vi.stubEnv('AWS_REGION', undefined)
    expect((await sent(KEYS)).url).toContain('//bedrock-runtime.us-west-2.')
  })

  test('must be known', async () => {
    vi.stubEnv('AWS_REGION', undefined)
    await expect(bedrock(KEYS).complete(REQUEST)).rejects.toMatchObject({
      code: 'configuration',
      message: 'bedrock: no region is set.',
    })
  })
})

describe('the model', () => {
  const spec = {
    id: 'model-1',
    family: 'f',
    hosts: { bedrock: 'global.vendor.model-1-v1:0' },
    input: ['text'],
    output: ['text'],
    capabilities: {},
    parameters: {},
  } as const

  test.each([
    ['model-1', 'global.vendor.model-1-v1:0'],
    ['eu.vendor.model-1-v1:0', 'eu.vendor.model-1-v1:0'],
    ['vendor.model-1-v1:0', 'vendor.model-1-v1:0'],
    ['arn:aws:bedrock:eu-west-1:1:inference-profile/x', 'arn:aws:bedrock:eu-west-1:1:inference-profile/x'],
  ])('%s is sent as %s: a region that the caller names is kept', async (model, name) => {
    const { fetch, requests } = replayFetch(answers(DONE))
    await bedrock({ ...KEYS, fetch }).complete({ ...REQUEST, model, spec })
    expect(decodeURIComponent(requests[0]?.url ?? '')).toContain(`/model/${name}/converse`)
  })
})

describe('settings', () => {
  test('may name another endpoint', async () => {
    const { url } = await sent({ ...KEYS, baseURL: 'http://localhost:4566/bedrock' })
    expect(url).toBe('http://localhost:4566/bedrock/model/us.vendor.model-v1%3A0/converse')
  })

  test('that do not exist are an error at once', () => {
    expect(() => bedrock({ regoin: 'x' } as BedrockSettings)).toThrow('"region"')
  })
})

describe('what the provider can do besides', () => {
  const provider = (fetch: typeof globalThis.fetch): ReturnType<typeof bedrock> & Provider =>
    bedrock({ ...KEYS, fetch })

  test('embeds many texts in as few calls as the model takes', async () => {
    const vectors = (count: number): object => ({ embeddings: Array.from({ length: count }, (_, index) => [index]) })
    const { fetch, requests } = replayFetch(answers(vectors(96), vectors(1)))
    const input = Array.from({ length: 97 }, (_, index) => `text ${String(index)}`)
    const embedding = await provider(fetch).embed({ model: 'cohere.embed-v3', input, task: 'query' })
    expect(embedding.vectors).toHaveLength(97)
    expect(embedding.usage).toEqual({ inputTokens: 6, source: 'reported' })
    expect(requests.map(({ body }) => (body as { texts: string[] }).texts)).toEqual([
      input.slice(0, 96),
      input.slice(96),
    ])
    expect(requests[0]?.body).toMatchObject({ input_type: 'search_query' })
    expect(requests[0]?.url).toMatch(/\/model\/cohere\.embed-v3\/invoke$/)
  })

  test('embeds with every version of Titan', async () => {
    const { fetch, requests } = replayFetch(answers(...Array.from({ length: 3 }, () => ({ embedding: [1] }))))
    for (const model of ['amazon.titan-embed-text-v1', 'amazon.titan-embed-image-v1', 'amazon.titan-embed-text-v2:0']) {
      const { warnings } = await provider(fetch).embed({ model, input: ['x'], dimensions: 256, task: 'query' })
      expect(warnings).toMatchObject([{ code: 'parameter-dropped', parameter: 'task' }])
    }
    expect(requests.map(({ body }) => body)).toEqual([
      { inputText: 'x', dimensions: 256 },
      { inputText: 'x', embeddingConfig: { outputEmbeddingLength: 256 } },
      { inputText: 'x', dimensions: 256, normalize: true },
    ])
  })

  test('refuses to embed with a model of unknown form, and answers that lack a vector', async () => {
    const { fetch, requests } = replayFetch(answers({ embeddings: [] }))
    const unknown = provider(fetch).embed({ model: 'arn:aws:bedrock:profile', input: ['x'] })
    await expect(unknown).rejects.toMatchObject({ code: 'unsupported_operation' })
    expect(requests).toHaveLength(0)
    const lacking = provider(fetch).embed({ model: 'cohere.embed-v3', input: ['x'] })
    await expect(lacking).rejects.toMatchObject({ code: 'malformed_response' })
  })

  test('counts tokens of the conversation, without what only steers the answer', async () => {
    const { fetch, requests } = replayFetch(answers({ inputTokens: 42 }))
    const count = await provider(fetch).countTokens({ ...REQUEST, maxTokens: 5, tools: [{ name: 'now' }] })
    expect(count).toEqual({ inputTokens: 42, source: 'provider' })
    expect(requests[0]?.url).toMatch(/\/model\/us\.vendor\.model-v1%3A0\/count-tokens$/)
    expect(requests[0]?.body).toEqual({
      input: {
        converse: {
          messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
          toolConfig: {
            tools: [{ toolSpec: { name: 'now', inputSchema: { json: { type: 'object', properties: {} } } } }],
          },
        },
      },
    })
  })
})
