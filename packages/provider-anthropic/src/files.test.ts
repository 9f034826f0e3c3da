import { exchangesOf, loadCassettes, replayFetch } from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { anthropic, type AnthropicSettings } from './anthropic.ts'

const folder = process.env['LLM_RECORDINGS']
const cassettes = folder === undefined ? [] : await loadCassettes(`${folder}/anthropic`)

const FILE = { id: 'file_1', filename: 'a.txt', mime_type: 'text/plain', size_bytes: 2, expires_at: null }
const READ = { id: 'file_1', filename: 'a.txt', mediaType: 'text/plain', size: 2, state: 'ready' }

function fake(answer: (request: Request) => unknown, settings: AnthropicSettings = {}) {
  const sent: Request[] = []
  const provider = anthropic({
    apiKey: 'sk-ant-test',
    ...settings,
    fetch: (input, init) => {
      const request = new Request(input, init)
      sent.push(request.clone())
      const body = answer(request)
      return Promise.resolve(typeof body === 'string' ? new Response(body) : Response.json(body))
    },
  })
  return { provider, sent }
}

test('an upload is a form with the bytes, their name and their type', async () => {
  const { provider, sent } = fake(() => FILE)
  const data = new TextEncoder().encode('Hi')
  expect(await provider.files.upload({ data, filename: 'a.txt', mediaType: 'text/plain' })).toEqual(READ)
  const file = (await sent[0]?.formData())?.get('file') as File
  expect([file.name, file.type, await file.text()]).toEqual(['a.txt', 'text/plain', 'Hi'])
  expect(sent[0]?.headers.get('anthropic-beta')).toBeNull()
})

test('a file is read, deleted and downloaded by its id', async () => {
  const { provider, sent } = fake(({ url }) => (url.endsWith('/content') ? 'bytes' : FILE))
  expect(await provider.files.get('file_1')).toEqual(READ)
  expect(await provider.files.delete('a/b')).toBeUndefined()
  let downloaded = ''
  for await (const bytes of provider.files.download?.('file_1') ?? []) downloaded += new TextDecoder().decode(bytes)
  expect(downloaded).toBe('bytes')
  expect(sent.map(({ method, url }) => `${method} ${url.replace('https://api.anthropic.com', '')}`)).toEqual([
    'GET /v1/files/file_1',
    'DELETE /v1/files/a%2Fb',
    'GET /v1/files/file_1/content',
  ])
})

test.each([
  ['by token', { next_page: 'p2' }, 'page=p2'],
  ['by the last id', { has_more: true, last_id: 'file_1' }, 'after_id=file_1'],
])('a list turns its pages %s', async (_name, more, next) => {
  const { provider, sent } = fake(({ url }) => ({ data: [FILE], ...(url.includes(next) ? {} : more) }))
  expect(await provider.files.list()).toEqual([READ, READ])
  expect(sent[1]?.url).toContain(next)
})

test('models are listed with their limits', async () => {
  const models = [
    { id: 'claude-a', display_name: 'A', created_at: '2026-01-01T00:00:00Z', max_input_tokens: 9, max_tokens: 5 },
    { id: 'claude-b' },
  ]
  const { provider } = fake(() => ({ data: models, has_more: false }))
  expect(await provider.listModels()).toEqual([
    { id: 'claude-a', name: 'A', createdAt: '2026-01-01T00:00:00Z', contextWindow: 9, maxOutputTokens: 5 },
    { id: 'claude-b' },
  ])
})

describe.skipIf(folder === undefined)('recorded traffic (LLM_RECORDINGS)', () => {
  const uploads = exchangesOf(cassettes, { provider: 'anthropic', api: 'files' })

  test('is all there', () => {
    expect(uploads).toHaveLength(1)
  })

  test.each(uploads)('$name', async exchange => {
    const { fetch, requests } = replayFetch([exchange])
    const provider = anthropic({ apiKey: 'k', apiVersion: '2023-06-01', fetch })
    const recorded = exchange.response.json as Record<string, unknown>
    const file = await provider.files.upload({ data: new Uint8Array(1), filename: 'sample.pdf' })
    expect(file).toMatchObject({ id: recorded['id'], size: recorded['size_bytes'], mediaType: recorded['mime_type'] })
    const { 'content-type': _, accept: __, ...headers } = exchange.request.headers ?? {}
    expect(requests[0]).toMatchObject({ url: exchange.request.url, headers })
  })
})
