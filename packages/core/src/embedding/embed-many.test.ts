import { describe, expect, test } from 'vitest'
import { ServerError } from '../errors/server-error.ts'
import type { Embedding, EmbeddingRequest } from '../embedding.ts'
import type { Provider } from '../provider.ts'
import { createFakeHost } from '../testing/fake-host.ts'
import { embedMany } from './embed-many.ts'

interface Trace {
  readonly batches: number[]
  underWay: number
  most: number
}

/** A host whose vectors say which text they are of, and whose first batches take longest. */
function host(limit?: number, fail?: (request: EmbeddingRequest) => void): { provider: Provider; trace: Trace } {
  const trace: Trace = { batches: [], underWay: 0, most: 0 }
  const embed = async (request: EmbeddingRequest): Promise<Embedding> => {
    const { input, model } = request
    trace.batches.push(input.length)
    trace.most = Math.max(trace.most, ++trace.underWay)
    await new Promise((resolve, reject) => {
      setTimeout(resolve, 10 - (Number(input[0]) % 10))
      request.signal?.addEventListener('abort', () => {
        reject(new ServerError({ message: 'ended' }))
      })
    })
    trace.underWay--
    fail?.(request)
    return {
      provider: 'fake',
      model,
      vectors: input.map(text => Float32Array.of(Number(text))),
      usage: { inputTokens: input.length, source: 'reported' },
      warnings: [{ code: 'parameter-dropped', message: 'no task' }],
      response: { headers: { batch: input[0] ?? '' } },
    }
  }
  const limits = limit === undefined ? {} : { maxEmbeddingInputs: limit }
  return { provider: { ...createFakeHost().provider, embed, ...limits }, trace }
}

const texts = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index))

describe('many texts', () => {
  test('are split, keep their order, and their usage is summed', async () => {
    const { provider, trace } = host()
    const result = await embedMany(provider, { model: 'm', input: texts(25), batchSize: 4, concurrency: 3 })
    expect(result.vectors.map(([value]) => value)).toEqual(texts(25).map(Number))
    expect(trace.batches.sort()).toEqual([1, 4, 4, 4, 4, 4, 4])
    expect(trace.most).toBe(3)
    expect(result.usage).toEqual({ inputTokens: 25, source: 'reported' })
    expect(result.warnings).toHaveLength(1)
    expect(result.responses.map(({ headers }) => headers['batch'])).toEqual(['0', '4', '8', '12', '16', '20', '24'])
  })

  test.each([
    [undefined, 250, [100, 100, 50]],
    [2048, 250, [250]],
    [40, 100, [40, 40, 20]],
  ])('where a call takes %s, %d texts are so many calls', async (limit, count, batches) => {
    const { provider, trace } = host(limit)
    await embedMany(provider, { model: 'm', input: texts(count) })
    expect(trace.batches).toEqual(batches)
  })

  test('may be none', async () => {
    const { provider, trace } = host()
    const result = await embedMany(provider, { model: 'm', input: [] })
    expect(result).toMatchObject({ provider: 'fake', model: 'm', vectors: [] })
    expect(trace.batches).toEqual([])
  })
})

test('where one call fails, those under way are ended and no other is begun', async () => {
  const broken = new ServerError({ message: 'broken' })
  const { provider, trace } = host(undefined, ({ input }) => {
    if (input[0] === '9') throw broken
  })
  const call = embedMany(provider, { model: 'm', input: texts(40), batchSize: 1, concurrency: 10 })
  await expect(call).rejects.toBe(broken)
  expect(trace.batches.length).toBeLessThan(40)
})

test("the caller's signal reaches every call", async () => {
  const { provider } = host()
  const signal = AbortSignal.timeout(1)
  const call = embedMany(provider, { model: 'm', input: texts(40), batchSize: 10, signal })
  await expect(call).rejects.toThrow('ended')
})

test.each([{ batchSize: 0 }, { concurrency: 0 }, { batchSize: 1.5 }])('%j is refused', async wrong => {
  const call = embedMany(host().provider, { model: 'm', input: ['a'], ...wrong })
  await expect(call).rejects.toMatchObject({ code: 'validation', parameter: Object.keys(wrong)[0] })
})

test('a provider without embeddings is refused, with what to do', async () => {
  const call = embedMany(createFakeHost().provider, { model: 'm', input: ['a'] })
  await expect(call).rejects.toMatchObject({
    code: 'unsupported_operation',
    hint: expect.stringContaining('withEmbedder'),
  })
})
