import { compose, type Completion, type Provider } from '@llm/core'
import { fail, mock } from '@llm/provider-mock'
import { describe, expect, test } from 'vitest'
import { cache } from './cache.ts'
import { memoryStore } from './stores/memory-store.ts'

const audio = { base64: 'AAAA', mediaType: 'audio/wav' }

/** How each operation is asked, and how it is asked for something else. */
const CALLS: Readonly<Record<string, (provider: ReturnType<typeof mock>, other: boolean) => Promise<object>>> = {
  moderate: (provider, other) => provider.moderate({ model: 'm', input: [other ? 'a' : 'b'] }),
  rerank: (provider, other) => provider.rerank({ model: 'm', query: other ? 'a' : 'b', documents: ['a', 'b'] }),
  transcribe: (provider, other) => provider.transcribe({ model: 'm', audio, language: other ? 'de' : 'en' }),
  generateSpeech: (provider, other) => provider.generateSpeech({ model: 'm', text: other ? 'a' : 'b' }),
  generateImage: (provider, other) => provider.generateImage({ model: 'm', prompt: other ? 'a' : 'b' }),
}

describe.each(Object.entries(CALLS))('%s', (operation, call) => {
  test('gives what was given before, bytes included, and says so', async () => {
    const inner = mock()
    const cached = cache({ store: memoryStore() })
    const provider = compose(inner, cached)
    const made = await call(provider, false)
    const known = await call(provider, false)
    const bare = await call(mock(), false)
    expect(made).toEqual({ ...bare, cache: 'miss' })
    expect(known).toEqual({ ...bare, cache: 'hit', response: { headers: {} } })
    expect(await call(provider, true)).toMatchObject({ cache: 'miss' })
    expect(inner.calls.map(made => made.operation)).toEqual([operation, operation])
    expect(await cached.stats()).toMatchObject({ hits: 1, misses: 2, writes: 2 })
  })

  test('keeps no error', async () => {
    const inner = mock({ failures: { [operation]: [fail(500), undefined] } })
    const provider = compose(inner, cache({ store: memoryStore() }))
    await expect(call(provider, false)).rejects.toMatchObject({ code: 'server' })
    expect(await call(provider, false)).toMatchObject({ cache: 'miss' })
  })
})

test('equal calls under way share one', async () => {
  const inner = mock()
  const provider = compose(inner, cache({ store: memoryStore() }))
  const ask = async () => provider.generateSpeech({ model: 'm', text: 'a' })
  expect((await Promise.all([ask(), ask(), ask()])).map(made => made.cache)).toEqual(['miss', 'hit', 'hit'])
  expect(inner.calls.length).toBe(1)
})

describe('completed code', () => {
  const answers: Completion[] = []
  const coder: Provider & Required<Pick<Provider, 'completeCode'>> = {
    ...mock(),
    completeCode: async () => answers.shift() ?? expect.unreachable('it was asked once too often'),
  }

  test('is kept when it is whole, and costs nothing then', async () => {
    const whole = await mock({ replies: [{ text: 'return 1', cost: 0.25 }] }).complete({
      model: 'm',
      messages: [{ role: 'user', content: 'x' }],
    })
    answers.push({ ...whole, finishReason: 'length' }, whole)
    const cached = cache({ store: memoryStore() })
    const provider = compose(coder, cached)
    const ask = async () => provider.completeCode({ model: 'm', prefix: 'f() {' })
    expect((await ask()).finishReason).toBe('length')
    expect(await ask()).toMatchObject({ cache: 'miss', cost: { total: 0.25 } })
    expect(await ask()).toMatchObject({
      cache: 'hit',
      text: 'return 1',
      cost: { total: 0, source: 'cache' },
      attempts: [],
    })
    expect((await cached.stats()).savedCost).toBe(0.25)
  })
})

test('a damaged entry is a miss, and is removed', async () => {
  const store = memoryStore()
  const provider = compose(mock(), cache({ store }))
  await provider.moderate({ model: 'm', input: ['a'] })
  for await (const [key] of store.list?.('') ?? []) await store.set(key, { value: '{"v":1}' })
  expect(await provider.moderate({ model: 'm', input: ['a'] })).toMatchObject({ cache: 'miss' })
})

test('what is no answer to keep goes through: lists of models, counts of tokens, videos', async () => {
  const inner = mock()
  const cached = cache({ store: memoryStore() })
  const provider = compose(inner, cached)
  for (let round = 0; round < 2; round++) {
    await provider.listModels()
    await provider.countTokens({ model: 'm', messages: [{ role: 'user', content: 'x' }] })
  }
  expect(inner.calls.length).toBe(4)
  expect(await cached.stats()).toMatchObject({ hits: 0, misses: 0, entries: 0 })
})
