import { compose, type CompletionRequest, type EmbeddingRequest, type Message } from '@llm/core'
import { fail, mock, type MockSettings } from '@llm/provider-mock'
import { describe, expect, test, vi } from 'vitest'
import { cache, type CacheOptions } from '../cache.ts'
import { memoryStore } from '../stores/memory-store.ts'
import type { CacheStore } from '../stores/store.ts'

const ask = (content: string, more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  model: 'm',
  messages: [{ role: 'user', content }],
  ...more,
})
const QUESTION = 'what is the capital city of france please tell me now'
const SIMILAR = 'please tell me now what is the capital city of france'
const OTHER = 'how many moons does the planet mars have in all'

function setup(options: { store?: CacheStore; threshold?: number; maxQuestions?: number } & MockSettings = {}) {
  const { store = memoryStore(), threshold = 0.9, maxQuestions, ...settings } = options
  const embedder = mock(settings)
  const inner = mock({ replies: ['One', 'Two', 'Three', 'Four'] })
  const semantic: CacheOptions['semantic'] = { embedder, model: 'e', threshold, maxQuestions }
  const cached = cache({ store, semantic, namespace: ({ request }) => request.metadata?.userId ?? 'all' })
  return { embedder, inner, cached, store, provider: compose(inner, cached) }
}

describe('a question in other words', () => {
  test('gets the answer to the one that is like it, whole and streamed', async () => {
    const { provider, inner, cached } = setup()
    await provider.complete(ask(QUESTION))
    expect(await provider.complete(ask(SIMILAR))).toMatchObject({ text: 'One', cache: 'hit' })
    expect((await provider.stream(ask(SIMILAR)).completion()).text).toBe('One')
    expect((await provider.complete(ask(OTHER))).cache).toBe('miss')
    expect(inner.requests.length).toBe(2)
    expect(await cached.stats()).toMatchObject({ hits: 2, semanticHits: 2, misses: 2 })
  })

  test('the same question needs no embedding', async () => {
    const { provider, embedder } = setup()
    await provider.complete(ask(QUESTION))
    await provider.complete(ask(QUESTION))
    expect(embedder.calls.length).toBe(1)
    expect(embedder.calls[0]?.request as EmbeddingRequest).toMatchObject({ input: [QUESTION], task: 'similarity' })
  })

  test('gets the answer of the most alike', async () => {
    const { provider } = setup({ threshold: 0.5 })
    await provider.complete(ask(`${QUESTION} in one word`))
    await provider.complete(ask(OTHER))
    await provider.complete(ask(QUESTION, { metadata: { cache: 'refresh' } }))
    expect((await provider.complete(ask(SIMILAR))).text).toBe('Three')
  })

  test('must be as alike as was asked for', async () => {
    const { provider } = setup({ threshold: 1 })
    await provider.complete(ask(QUESTION))
    expect((await provider.complete(ask(`${QUESTION} friend`))).cache).toBe('miss')
  })

  const elsewhere: readonly (readonly [string, Partial<CompletionRequest>])[] = [
    ['another model', { model: 'n' }],
    ['another temperature', { temperature: 1 }],
    ['other instructions', { messages: said('system', 'Be terse.') }],
    ['another turn', { messages: [...said('user', 'Hi'), ...said('assistant', 'Ho')] }],
    ['another tenant', { metadata: { userId: 'u' } }],
  ]
  test.each(elsewhere)('is not answered from %s', async (_, more) => {
    const { provider } = setup()
    await provider.complete(ask(QUESTION))
    const messages = [...(more.messages ?? []), ...ask(SIMILAR).messages]
    expect((await provider.complete({ ...ask(SIMILAR), ...more, messages })).cache).toBe('miss')
  })

  test('with a picture is not looked for', async () => {
    const { provider, embedder } = setup()
    const image = { type: 'image' as const, source: { url: 'https://example.com/a.png' } }
    await provider.complete({
      model: 'm',
      messages: [{ role: 'user', content: [{ type: 'text', text: QUESTION }, image] }],
    })
    expect(embedder.calls.length).toBe(0)
  })

  function said(role: 'system' | 'user' | 'assistant', content: string): Message[] {
    return [{ role, content }]
  }
})

describe('what is known', () => {
  test('is there for the next process', async () => {
    const { provider, store } = setup()
    await provider.complete(ask(QUESTION))
    const next = setup({ store })
    expect((await next.provider.complete(ask(SIMILAR))).cache).toBe('hit')
  })

  test('of another process comes within a minute', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const one = setup()
      const two = setup({ store: one.store })
      await two.provider.complete(ask(OTHER))
      await one.provider.complete(ask(QUESTION))
      vi.advanceTimersByTime(60_001)
      // The first one finds what is there, and has it read anew for the next.
      await two.provider.complete(ask(OTHER, { seed: 1, metadata: { cache: 'off' } }))
      await two.provider.complete(ask(`${OTHER} then`))
      await new Promise(resolve => setImmediate(resolve))
      expect((await two.provider.complete(ask(SIMILAR))).cache).toBe('hit')
    } finally {
      vi.useRealTimers()
    }
  })

  test('is forgotten with the answer', async () => {
    const { provider, store, inner } = setup()
    await provider.complete(ask(QUESTION))
    for await (const [key] of store.list?.('') ?? []) if (key.split(':').length === 2) await store.delete(key)
    expect((await provider.complete(ask(SIMILAR))).cache).toBe('miss')
    expect((await provider.complete(ask(SIMILAR))).cache).toBe('hit')
    expect(inner.requests.length).toBe(2)
  })

  test('is forgotten when the cache is cleared', async () => {
    const { provider, cached } = setup()
    await provider.complete(ask(QUESTION))
    await cached.clear('all')
    expect((await provider.complete(ask(SIMILAR))).cache).toBe('miss')
    expect((await cached.stats()).semanticHits).toBe(0)
  })

  test('is no more than so many questions, the newest', async () => {
    const { provider } = setup({ maxQuestions: 2 })
    for (const content of [QUESTION, OTHER, 'tell me a joke about cats and dogs']) await provider.complete(ask(content))
    expect((await provider.complete(ask(SIMILAR))).cache).toBe('miss')
  })

  test('is a miss where it is damaged', async () => {
    const { provider, store } = setup()
    await provider.complete(ask(QUESTION))
    for await (const [key] of store.list?.('') ?? []) {
      if (key.split(':').length === 3) await store.set(key, { value: '{"key":1,"vector":"AA"}' })
    }
    const next = setup({ store })
    expect((await next.provider.complete(ask(SIMILAR))).cache).toBe('miss')
  })
})

test('where the embedder fails, calls go on', async () => {
  const { provider } = setup({ failures: { embed: [fail(500)] } })
  expect((await provider.complete(ask(QUESTION))).cache).toBe('miss')
  expect((await provider.complete(ask(QUESTION))).cache).toBe('hit')
})

test('where the store takes too long to list, calls go on', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const inner = memoryStore()
    const slow: CacheStore = {
      get: key => inner.get(key),
      set: (key, entry) => inner.set(key, entry),
      delete: key => inner.delete(key),
      clear: () => inner.clear(),
      async *list() {
        await new Promise(() => undefined)
        yield ['', '']
      },
    }
    const { provider } = setup({ store: slow })
    const answer = provider.complete(ask(QUESTION))
    for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
    vi.advanceTimersByTime(1000)
    expect((await answer).text).toBe('One')
  } finally {
    vi.useRealTimers()
  }
})
