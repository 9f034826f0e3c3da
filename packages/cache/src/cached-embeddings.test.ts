import { compose, embedMany, LLMError, type EmbeddingRequest } from '@llm/core'
import { createHeldProvider } from '@llm/core/testing'
import { fail, mock, type MockSettings } from '@llm/provider-mock'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cache, type CacheOptions } from './cache.ts'
import { memoryStore } from './stores/memory-store.ts'

const request = (...input: string[]): EmbeddingRequest => ({ model: 'm', input })

function setup(settings: MockSettings = {}, options: CacheOptions = {}) {
  const inner = mock(settings)
  const cached = cache({ store: memoryStore(), ...options })
  const sent = (): unknown[] => inner.calls.map(call => (call.request as EmbeddingRequest).input)
  return { inner, cached, sent, provider: compose(inner, cached) }
}
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

test('only texts that are new are sent, each of them once', async () => {
  const { provider, sent, cached } = setup()
  await provider.embed(request('a', 'b'))
  const answer = await provider.embed(request('b', 'c', 'a', 'c'))
  expect(sent()).toEqual([['a', 'b'], ['c']])
  expect(answer.cache).toBe('miss')
  expect(answer.vectors).toEqual((await mock().embed(request('b', 'c', 'a', 'c'))).vectors)
  expect(await cached.stats()).toMatchObject({ hits: 0, misses: 2, writes: 3 })
})

test('a hit has the vectors to the last bit, the model, and what they took', async () => {
  const { provider, sent, cached } = setup()
  const made = await provider.embed(request('a few words', 'and more of them'))
  const known = await provider.embed(request('a few words', 'and more of them'))
  expect(sent().length).toBe(1)
  expect(known).toMatchObject({ cache: 'hit', provider: 'mock', model: made.model, warnings: [] })
  expect(known.vectors).toEqual(made.vectors)
  expect(known.usage).toMatchObject({ totalTokens: made.usage.totalTokens, source: 'estimated' })
  expect((await cached.stats()).savedTokens).toBe(made.usage.totalTokens)
})

test('whatever was asked before, the vectors are those of the host, in order', async () => {
  const texts = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd e', 'f'), { minLength: 1, maxLength: 6 }), {
    maxLength: 6,
  })
  await fc.assert(
    fc.asyncProperty(texts, async calls => {
      const { provider } = setup()
      for (const input of calls) {
        const { vectors } = await provider.embed(request(...input))
        expect(vectors).toEqual((await mock().embed(request(...input))).vectors)
      }
    }),
    { seed: 5, numRuns: 50 },
  )
})

test("a caller who changes a vector changes nobody else's", async () => {
  const { provider } = setup()
  const [first, second] = await Promise.all([provider.embed(request('a')), provider.embed(request('a'))])
  first.vectors[0]?.fill(0)
  expect(second.vectors[0]?.some(value => value !== 0)).toBe(true)
  expect((await provider.embed(request('a'))).vectors[0]?.some(value => value !== 0)).toBe(true)
})

test('equal calls under way share one, and one who leaves does not end it', async () => {
  const { provider: held, calls } = createHeldProvider()
  const provider = compose(held, cache({ store: memoryStore() }))
  const controller = new AbortController()
  const first = provider.embed({ ...request('a'), signal: controller.signal }).catch((error: unknown) => error)
  const second = provider.embed(request('a'))
  await settled()
  controller.abort()
  calls[0]?.answer()
  expect(LLMError.is(await first) && ((await first) as LLMError).code).toBe('aborted')
  expect(await second).toMatchObject({ cache: 'hit' })
  expect(calls.length).toBe(1)
})

test('errors are not kept', async () => {
  const { provider, sent } = setup({ failures: { embed: [fail(500), undefined] } })
  await expect(provider.embed(request('a'))).rejects.toMatchObject({ code: 'server' })
  await provider.embed(request('a'))
  expect(sent().length).toBe(2)
})

test('modes hold for embeddings too', async () => {
  const { provider, sent } = setup()
  await provider.embed({ ...request('a'), metadata: { cache: 'read' } })
  await provider.embed(request('a'))
  await provider.embed({ ...request('a'), metadata: { cache: 'refresh' } })
  expect((await provider.embed({ ...request('a'), metadata: { cache: 'off' } })).cache).toBeUndefined()
  expect((await provider.embed(request('a'))).cache).toBe('hit')
  expect(sent().length).toBe(4)
})

test('other dimensions and tasks are other vectors', async () => {
  const { provider } = setup()
  await provider.embed(request('a'))
  expect((await provider.embed({ ...request('a'), dimensions: 8 })).vectors[0]?.length).toBe(8)
  expect((await provider.embed({ ...request('a'), task: 'query' })).cache).toBe('miss')
})

test('batches of many texts go through it', async () => {
  const { provider, sent } = setup()
  const input = ['a', 'b', 'c', 'd', 'e']
  await embedMany(provider, { model: 'm', input, batchSize: 2 })
  await embedMany(provider, { model: 'm', input: [...input, 'f'], batchSize: 3 })
  expect(sent().flat()).toEqual([...input, 'f'])
})

test("no text is the host's to refuse", async () => {
  const { provider, sent } = setup()
  await provider.embed(request()).catch(() => undefined)
  expect(sent()).toEqual([[]])
})

test('a host that gives too few vectors is told of', async () => {
  const inner = mock()
  const short = { ...inner, embed: async (of: EmbeddingRequest) => ({ ...(await inner.embed(of)), vectors: [] }) }
  await expect(compose(short, cache({ store: memoryStore() })).embed(request('a'))).rejects.toMatchObject({
    code: 'malformed_response',
    message: expect.stringMatching(/0 vectors came for 1 texts/),
  })
})

test('a damaged entry is a miss', async () => {
  const store = memoryStore()
  const { provider } = setup({}, { store })
  await provider.embed(request('a'))
  const values = ['{', '{"v":1,"model":"m","vector":"AA"}', '{"v":1,"model":"m","vector":7}', '{"v":2}']
  for (const value of values) {
    for await (const [key] of store.list?.('') ?? []) await store.set(key, { value })
    expect((await provider.embed(request('a'))).cache).toBe('miss')
  }
})
