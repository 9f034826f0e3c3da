import { AuthenticationError, ConfigurationError } from '@llm/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { google, vertex } from './google.ts'

const messages = [{ role: 'user', content: 'Hi' }] as const
const ANSWER = { candidates: [{ content: { parts: [{ text: 'Hello.' }] }, finishReason: 'STOP' }] }

/** A `fetch` that answers, and what it was asked. */
function recorder(): { readonly fetch: typeof globalThis.fetch; readonly requests: Request[] } {
  const requests: Request[] = []
  const fetch: typeof globalThis.fetch = (url, init) => {
    requests.push(new Request(url, init))
    return Promise.resolve(Response.json(ANSWER))
  }
  return { fetch, requests }
}

const VARIABLES = [
  'GOOGLE_API_KEY',
  'GEMINI_API_KEY',
  'GOOGLE_GEMINI_BASE_URL',
  'GOOGLE_CLOUD_PROJECT',
  'GOOGLE_CLOUD_LOCATION',
  'GOOGLE_VERTEX_BASE_URL',
]

beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, '')
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('google', () => {
  test('a key of either variable is read at the first call, GOOGLE_API_KEY first', async () => {
    const { fetch, requests } = recorder()
    const provider = google({ fetch })
    await expect(provider.complete({ model: 'm', messages })).rejects.toThrow(ConfigurationError)
    vi.stubEnv('GEMINI_API_KEY', 'AIza-gemini')
    await provider.complete({ model: 'm', messages })
    vi.stubEnv('GOOGLE_API_KEY', 'AIza-google')
    await google({ fetch }).complete({ model: 'm', messages })
    expect(requests.map(({ headers }) => headers.get('x-goog-api-key'))).toEqual(['AIza-gemini', 'AIza-google'])
    expect(requests[0]?.url).toBe('https://generativelanguage.googleapis.com/v1beta/models/m:generateContent')
  })

  test('settings go into every request, and the SDK prints nothing', async () => {
    const printed = (['log', 'warn', 'debug'] as const).map(name => vi.spyOn(console, name))
    const { fetch, requests } = recorder()
    const settings = {
      apiKey: 'AIza-x',
      baseURL: 'https://proxy.example/g',
      apiVersion: 'v1',
      headers: { 'x-own': 'yes' },
    }
    await google({ ...settings, fetch }).complete({ model: 'tunedModels/t', messages })
    expect(requests[0]?.url).toBe('https://proxy.example/g/v1/tunedModels/t:generateContent')
    expect(requests[0]?.headers.get('x-own')).toBe('yes')
    for (const spy of printed) expect(spy).not.toHaveBeenCalled()
  })

  test('a setting that does not exist is an error at once', () => {
    expect(() => google({ apikey: 'x' } as object)).toThrow('apiKey')
    expect(() => vertex({ projct: 'x' } as object)).toThrow('project')
  })
})

describe('vertex', () => {
  test('a project, a location and a token make the address', async () => {
    const { fetch, requests } = recorder()
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'env-project')
    vi.stubEnv('GOOGLE_CLOUD_LOCATION', 'europe-west4')
    let count = 0
    const provider = vertex({ accessToken: () => Promise.resolve(`ya29.token-${String(count++)}`), fetch })
    await provider.complete({ model: 'gemini-x', messages })
    await provider.complete({ model: 'meta/llama-x', messages })
    await provider.complete({ model: 'projects/1/locations/us/endpoints/2', messages })
    const root = 'https://europe-west4-aiplatform.googleapis.com/v1beta1'
    const place = `${root}/projects/env-project/locations/europe-west4/publishers`
    expect(requests.map(({ url }) => url)).toEqual([
      `${place}/google/models/gemini-x:generateContent`,
      `${place}/meta/models/llama-x:generateContent`,
      `${root}/projects/1/locations/us/endpoints/2:generateContent`,
    ])
    expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer ya29.token-0',
      'Bearer ya29.token-1',
      'Bearer ya29.token-2',
    ])
    expect(requests[0]?.headers.get('x-goog-api-key')).toBeNull()
  })

  test('the location is global where none is named', async () => {
    const { fetch, requests } = recorder()
    await vertex({ project: 'p', accessToken: () => 'ya29.test-token', fetch }).complete({ model: 'm', messages })
    expect(requests[0]?.url).toBe(
      'https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global/publishers/google/models/m:generateContent',
    )
  })

  test('a key alone is express mode; a project stands above the key of the environment', async () => {
    const { fetch, requests } = recorder()
    vi.stubEnv('GOOGLE_API_KEY', 'AIza-env')
    vi.spyOn(console, 'debug').mockImplementation(() => undefined) // the SDK says which of the two it takes
    await vertex({ fetch }).complete({ model: 'm', messages })
    await vertex({ project: 'p', accessToken: () => 'ya29.test-token', fetch }).complete({ model: 'm', messages })
    expect(requests[0]?.url).toBe(
      'https://aiplatform.googleapis.com/v1beta1/publishers/google/models/m:generateContent',
    )
    expect(requests.map(({ headers }) => headers.get('x-goog-api-key'))).toEqual(['AIza-env', null])
  })

  test('without a project it says what is missing', async () => {
    const failure = vertex().complete({ model: 'm', messages })
    await expect(failure).rejects.toMatchObject({
      code: 'configuration',
      hint: expect.stringContaining('GOOGLE_CLOUD_PROJECT') as string,
    })
  })

  test('credentials that cannot be had say how to get some', async () => {
    const googleAuthOptions = { keyFilename: '/nowhere/key.json' }
    const failure = vertex({ project: 'p', googleAuthOptions }).complete({ model: 'm', messages })
    await expect(failure).rejects.toThrow(ConfigurationError)
    await expect(failure).rejects.toMatchObject({ hint: expect.stringContaining('accessToken') as string })
  })

  test('a token that is refused is an authentication error without it', async () => {
    const token = 'secret-of-an-odd-shape'
    const body = { error: { code: 401, message: `${token} is wrong`, status: 'UNAUTHENTICATED' } }
    const fetch = (): Promise<Response> => Promise.resolve(Response.json(body, { status: 401 }))
    const failure = await vertex({ project: 'p', accessToken: () => token, fetch })
      .complete({ model: 'm', messages })
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(AuthenticationError)
    expect(String(failure)).not.toContain(token)
  })
})
