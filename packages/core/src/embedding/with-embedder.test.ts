import { expect, expectTypeOf, test } from 'vitest'
import type { Embedding, EmbeddingRequest } from '../embedding.ts'
import type { Provider } from '../provider.ts'
import { createFakeHost } from '../testing/fake-host.ts'
import { withEmbedder } from './with-embedder.ts'

/** A host that embeds, with vectors of so many dimensions whatever it is asked for, unless it can shorten them. */
function embedder(length: number, shortens = true): { provider: Provider; asked: EmbeddingRequest[] } {
  const asked: EmbeddingRequest[] = []
  const embed = (request: EmbeddingRequest): Promise<Embedding> => {
    asked.push(request)
    const vector = new Float32Array(shortens ? (request.dimensions ?? length) : length)
    return Promise.resolve({
      provider: 'other',
      model: request.model,
      vectors: request.input.map(() => vector),
      usage: { source: 'reported' },
      warnings: [],
      response: { headers: {} },
    })
  }
  return { provider: { ...createFakeHost('other').provider, embed, maxEmbeddingInputs: 7 }, asked }
}

const host = createFakeHost('host').provider

test.each(['acme/Embed-3', 'embed-3', 'other-vendor/embed-3'])('the same model, under its name %s', async model => {
  const { provider, asked } = embedder(4)
  const lent = withEmbedder(host, { embedder: provider, model: 'acme/Embed-3' })
  const { vectors, provider: by } = await lent.embed({ model, input: ['a', 'b'] })
  expect(vectors.map(vector => vector.length)).toEqual([4, 4])
  expect(by).toBe('other')
  expect(asked[0]?.model).toBe('acme/Embed-3')
  expect(lent).toMatchObject({ id: 'host', embeddingModel: 'acme/Embed-3', maxEmbeddingInputs: 7 })
})

test('a deployment is known by the model behind it', async () => {
  const { provider } = embedder(4)
  const azureLike = { ...provider, modelOf: (name: string) => (name === 'my-deployment' ? 'embed-3' : undefined) }
  const lent = withEmbedder(host, { embedder: azureLike, model: 'my-deployment' })
  await expect(lent.embed({ model: 'embed-3', input: ['a'] })).resolves.toMatchObject({ model: 'my-deployment' })
})

test('another model is refused, with what to declare', async () => {
  const { provider, asked } = embedder(4)
  const lent = withEmbedder(host, { embedder: provider, model: 'embed-3' })
  await expect(lent.embed({ model: 'embed-2', input: ['a'] })).rejects.toMatchObject({
    code: 'unsupported_operation',
    hint: expect.stringContaining("space: { models: ['embed-2'], dimensions }"),
  })
  expect(asked).toEqual([])
})

test('a model of a declared space is served, with its dimensions', async () => {
  const { provider, asked } = embedder(1024)
  const space = { models: ['embed-3-lite'], dimensions: 256 }
  const lent = withEmbedder(host, { embedder: provider, model: 'embed-3', space })
  const { vectors } = await lent.embed({ model: 'embed-3-lite', input: ['a'] })
  expect(vectors[0]).toHaveLength(256)
  expect(asked[0]).toMatchObject({ model: 'embed-3', dimensions: 256 })
})

test('dimensions of another space are refused: those asked for, and those that come', async () => {
  const space = { models: ['embed-2'], dimensions: 256 }
  const lent = withEmbedder(host, { embedder: embedder(1024, false).provider, model: 'embed-3', space })
  const refused = { code: 'unsupported_operation', hint: expect.stringMatching(/./) }
  await expect(lent.embed({ model: 'embed-2', input: ['a'], dimensions: 512 })).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining('512'),
  })
  await expect(lent.embed({ model: 'embed-2', input: ['a'] })).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining('1024'),
  })
})

test('a provider that embeds is left alone, and one that cannot embed is no embedder', () => {
  const { provider } = embedder(4)
  expect(withEmbedder(provider, { embedder: embedder(8).provider, model: 'm' })).toBe(provider)
  expect(() => withEmbedder(host, { embedder: host, model: 'm' })).toThrow('has no embeddings')
})

test('the provider keeps what it has, in type too', () => {
  const own = { ...host, extra: 1 }
  const lent = withEmbedder(own, { embedder: embedder(4).provider, model: 'm' })
  expectTypeOf(lent.extra).toEqualTypeOf<number>()
  expectTypeOf(lent.embed).toBeFunction()
  expect(lent.extra).toBe(1)
})
