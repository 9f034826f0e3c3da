import { NotFoundError, type Message } from '@llm/core'
import { loadCassettes, replayFetch, type Cassette, type Exchange } from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { google, vertex } from './google.ts'

const folder = process.env['LLM_RECORDINGS']

interface Sent {
  readonly method: string
  readonly url: string
  readonly body: unknown
}

/** A provider whose calls are answered in turn, and what it sent. */
function fake(...answers: readonly unknown[]) {
  const sent: Sent[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const { pathname, search } = new URL(request.url)
    const text = await request.text()
    sent.push({ method: request.method, url: pathname + search, body: text === '' ? undefined : JSON.parse(text) })
    const answer = answers[sent.length - 1]
    return answer === undefined
      ? Response.json({ error: { code: 404, message: 'Gone.', status: 'NOT_FOUND' } }, { status: 404 })
      : Response.json(answer)
  }
  return { provider: google({ apiKey: 'AIza-test', fetch }), sent }
}

describe('file search stores', () => {
  const store = {
    name: 'fileSearchStores/s1',
    displayName: 'notes',
    activeDocumentsCount: '2',
    pendingDocumentsCount: '1',
  }

  test('are made, with files, looked up, listed and deleted', async () => {
    const operation = { name: 'fileSearchStores/s1/operations/o1' }
    const { provider, sent } = fake(store, operation, store, { fileSearchStores: [store] }, {})
    const { vectorStores } = provider
    const made = await vectorStores.create({ name: 'notes', fileIds: ['files/a'] })
    expect(made).toEqual({ id: 'fileSearchStores/s1', name: 'notes', fileCount: 3, state: 'processing' })
    expect(await vectorStores.get(made.id)).toEqual(made)
    expect(await vectorStores.list()).toEqual([made])
    await vectorStores.delete(made.id)
    expect(sent).toEqual([
      { method: 'POST', url: '/v1beta/fileSearchStores', body: { displayName: 'notes' } },
      { method: 'POST', url: '/v1beta/fileSearchStores/s1:importFile', body: { fileName: 'files/a' } },
      { method: 'GET', url: '/v1beta/fileSearchStores/s1', body: undefined },
      { method: 'GET', url: '/v1beta/fileSearchStores?pageSize=100', body: undefined },
      { method: 'DELETE', url: '/v1beta/fileSearchStores/s1?force=true', body: undefined },
    ])
    await expect(vectorStores.get('fileSearchStores/s2')).rejects.toBeInstanceOf(NotFoundError)
  })

  test('take files in, which are documents once that is done', async () => {
    const operation = 'fileSearchStores/s1/operations/o1'
    const document = 'fileSearchStores/s1/documents/d1'
    const { provider, sent } = fake(
      { name: operation },
      { name: operation, done: true, response: { parent: 'fileSearchStores/s1', documentName: 'd1' } },
      { name: document, state: 'STATE_ACTIVE', sizeBytes: '7' },
      {
        documents: [
          { name: document, state: 'STATE_PENDING' },
          { name: `${document}2`, state: 'STATE_FAILED' },
        ],
      },
      { name: operation, done: true, error: { code: 3, message: 'Unreadable.' } },
      {},
    )
    const { vectorStores } = provider
    const attributes = { year: 2026, topic: 'space', draft: false }
    const added = await vectorStores.addFile('fileSearchStores/s1', 'files/a', { attributes })
    expect(added).toEqual({ id: operation, state: 'processing' })
    expect(sent[0]?.body).toEqual({
      fileName: 'files/a',
      customMetadata: [
        { key: 'year', numericValue: 2026 },
        { key: 'topic', stringValue: 'space' },
        { key: 'draft', stringValue: 'false' },
      ],
    })
    const done = await vectorStores.getFile('fileSearchStores/s1', added.id)
    expect(done).toEqual({ id: document, state: 'ready' })
    expect(await vectorStores.getFile('fileSearchStores/s1', done.id)).toEqual({
      id: document,
      state: 'ready',
      size: 7,
    })
    const listed = await vectorStores.listFiles('fileSearchStores/s1')
    expect(listed.map(({ state }) => state)).toEqual(['processing', 'failed'])
    const failed = await vectorStores.getFile('fileSearchStores/s1', added.id)
    expect(failed).toEqual({ id: operation, state: 'failed', message: 'Unreadable.' })
    await vectorStores.removeFile('fileSearchStores/s1', document)
    expect(sent.at(-1)).toMatchObject({ method: 'DELETE', url: `/v1beta/${document}?force=true` })
  })
})

test('caches are listed, and hold the tools that calls would send', async () => {
  const cache = { name: 'cachedContents/a', model: 'models/gemini-2.5-flash', usageMetadata: { totalTokenCount: 9 } }
  const { provider, sent } = fake(cache, { cachedContents: [cache] })
  const parameters = { type: 'object', properties: { city: { type: 'string' } } } as const
  const messages: readonly Message[] = [{ role: 'user', content: 'Long.' }]
  const tools = [{ name: 'weather', parameters }]
  const made = await provider.caches.create({ model: 'gemini-2.5-flash', messages, tools })
  expect(made).toEqual({ id: 'cachedContents/a', model: 'gemini-2.5-flash', tokens: 9 })
  expect(sent[0]?.body).toEqual({
    model: 'models/gemini-2.5-flash',
    contents: [{ role: 'user', parts: [{ text: 'Long.' }] }],
    tools: [{ functionDeclarations: [{ name: 'weather', parametersJsonSchema: parameters }] }],
  })
  expect(await provider.caches.list()).toEqual([made])
})

test('a structured answer of a batch is an object where its request is given', async () => {
  const inlinedResponses = [
    {
      metadata: { key: '0' },
      response: { candidates: [{ content: { parts: [{ text: '{"value":["a"]}' }] }, finishReason: 'STOP' }] },
    },
  ]
  const operation = { name: 'batches/b', metadata: {}, response: { inlinedResponses: { inlinedResponses } } }
  const { provider } = fake(operation, operation)
  const request = {
    model: 'gemini-2.5-flash',
    messages: [{ role: 'user', content: 'List.' }],
    output: { type: 'array', items: { type: 'string' } },
  } as const
  expect(await provider.batches.results('batches/b', { requests: [request] })).toMatchObject([
    { ok: true, value: { object: ['a'], text: '{"value":["a"]}' } },
  ])
  const [bare] = await provider.batches.results('batches/b')
  expect(bare).not.toHaveProperty('value.object')
})

describe.skipIf(folder === undefined)('recorded caches (LLM_RECORDINGS)', () => {
  const part = 'cachedcontent'
  interface Body {
    readonly contents: readonly { readonly parts: readonly { readonly text: string }[] }[]
    readonly systemInstruction?: { readonly parts: readonly { readonly text: string }[] }
    readonly ttl: string
  }
  interface Answer {
    readonly name: string
    readonly expireTime: string
    readonly usageMetadata: { readonly totalTokenCount: number }
  }

  /** The cassettes of a host, each with the calls of caches alone. */
  async function recorded(host: 'google' | 'vertex'): Promise<readonly (Cassette & { calls: readonly Exchange[] })[]> {
    const cassettes = await loadCassettes(`${folder ?? ''}/${host}`)
    return cassettes
      .filter(({ name }) => name.includes(part))
      .map(each => ({ ...each, calls: each.exchanges.filter(({ request }) => request.url.includes('cachedContents')) }))
  }

  // The recorder has the host of all regions.
  const pathOf = (url: string): string => new URL(url).pathname + new URL(url).search

  const messagesOf = ({ contents, systemInstruction }: Body): readonly Message[] => [
    ...(systemInstruction?.parts ?? []).map(({ text }): Message => ({ role: 'system', content: text })),
    ...contents.map(({ parts }): Message => ({ role: 'user', content: parts.map(({ text }) => text).join('') })),
  ]

  test.each(['google', 'vertex'] as const)('%s', async host => {
    const cassettes = await recorded(host)
    expect(cassettes).toHaveLength(host === 'google' ? 2 : 1)
    for (const { calls } of cassettes) {
      const { fetch, requests } = replayFetch(calls, { seed: 3 })
      const settings = { project: 'test-project', location: 'us-central1', accessToken: () => 'ya29.test' }
      const { caches } = host === 'google' ? google({ apiKey: 'AIza', fetch }) : vertex({ ...settings, fetch })
      const body = calls[0]?.request.json as Body
      const answer = calls[0]?.response.json as Answer
      const made = await caches.create({ model: 'gemini-2.5-flash', messages: messagesOf(body), ttlMs: 300_000 })
      expect(made).toEqual({
        id: answer.name,
        model: 'gemini-2.5-flash',
        tokens: answer.usageMetadata.totalTokenCount,
        expiresAt: answer.expireTime,
      })
      for (const { request } of calls.slice(1)) {
        if (request.method === 'GET') expect(await caches.get(made.id)).toEqual(made)
        if (request.method === 'PATCH')
          expect((await caches.extend(made.id, { ttlMs: 600_000 })).expiresAt).not.toBe(made.expiresAt)
        if (request.method === 'DELETE') await caches.delete(made.id)
      }
      expect(requests.map(({ method, url, body: sent }) => [method, pathOf(url), sent || undefined])).toEqual(
        calls.map(({ request }) => [request.method, pathOf(request.url), request.json]),
      )
    }
  })
})
