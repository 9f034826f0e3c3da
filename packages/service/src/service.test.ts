import { cache, memoryStore } from '@llm/cache'
import { gpt } from '@llm/client-gpt'
import { ConfigurationError, wrapProvider, type Middleware, type Provider, type VideoStatus } from '@llm/core'
import { fail, mock } from '@llm/provider-mock'
import { createMemoryStore } from '@llm/store'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { createService, type Service, type ServiceRequest, type TextAnswer } from './index.ts'

const target = { provider: 'main', model: 'gpt-4.1', userId: 'u1', projectId: 'p1' } as const

function make(provider: Provider = mock(), middleware: readonly Middleware[] = []): Service {
  let count = 0
  return createService({
    providers: { main: provider },
    middleware,
    family: model => (model.startsWith('gpt') ? gpt : undefined),
    createId: () => `id-${String((count += 1))}`,
  })
}

describe('an answer', () => {
  test('is plain data, under the id that the ledger gets too', async () => {
    const provider = mock({
      replies: [{ text: 'Hello.', reasoning: 'Hm.', sources: [{ url: 'https://a', title: 'A' }] }],
    })
    const { response, requestId } = await make(provider).generateResponse({
      ...target,
      prompt: 'Hi',
      options: { temperature: 0 },
    })
    expect(response).toMatchObject({
      kind: 'text',
      text: 'Hello.',
      reasoning: 'Hm.',
      finishReason: 'stop',
      provider: 'mock',
      sources: [{ url: 'https://a', title: 'A' }],
    })
    expect(JSON.parse(JSON.stringify(response))).toEqual(response)
    expect(requestId).toBe('id-1')
    expect(provider.requests[0]).toMatchObject({
      temperature: 0,
      messages: [{ role: 'user', content: 'Hi' }],
      metadata: { requestId: 'id-1', userId: 'u1', projectId: 'p1' },
      spec: { id: 'gpt-4.1' },
    })
    expectTypeOf(response).toEqualTypeOf<TextAnswer>()
  })

  test('may be an object that fits a schema', async () => {
    const service = make(mock({ replies: ['{"name":"Ada"}'] }))
    const { response } = await service.generateStructuredResponse({
      ...target,
      prompt: 'Who?',
      schema: z.object({ name: z.string() }),
    })
    expect(response).toMatchObject({ kind: 'object', object: { name: 'Ada' } })
    expectTypeOf(response.object).toEqualTypeOf<{ name: string }>()
  })

  test('may come from a vector store', async () => {
    const provider = mock()
    await make(provider).generateResponse({ ...target, prompt: 'Where?', vectorStoreId: 'vs1', maxResults: 3 })
    expect(provider.requests[0]?.fileSearch).toEqual({ vectorStoreIds: ['vs1'], maxResults: 3 })
  })

  test('may be images', async () => {
    const { response } = await make().generateImage({ provider: 'main', model: 'painter', prompt: 'A cat', n: 2 })
    expect(response.images).toHaveLength(2)
    expect(response.images[0]).toMatchObject({ mediaType: 'image/png', base64: expect.any(String) as string })
  })
})

describe('a call as data', () => {
  const requests: readonly (readonly [ServiceRequest, string])[] = [
    [{ ...target, prompt: 'Hi' }, 'text'],
    [{ ...target, kind: 'text', messages: [{ role: 'user', content: 'Hi' }] }, 'text'],
    [{ ...target, kind: 'object', prompt: 'Hi', schema: { type: 'object', properties: {} } }, 'object'],
    [{ ...target, kind: 'image', prompt: 'A cat' }, 'image'],
    [{ ...target, kind: 'speech', text: 'Hello' }, 'speech'],
    [{ ...target, kind: 'transcription', audio: { base64: 'UklGRg==', mediaType: 'audio/wav' } }, 'transcription'],
    [{ ...target, kind: 'embedding', input: ['a', 'b'] }, 'embedding'],
  ]
  test.each(requests)('%j is carried out', async (request, kind) => {
    const { response } = await make().execute(JSON.parse(JSON.stringify(request)) as ServiceRequest)
    expect(response.kind).toBe(kind)
    expect(JSON.parse(JSON.stringify(response))).toEqual(response)
  })

  test('waits for a video, and gives its bytes; one that failed says why', async () => {
    const seen: unknown[] = []
    const studio = (status: VideoStatus): Provider => ({
      ...mock(),
      generateVideo: async request => {
        seen.push(request)
        return {
          id: 'v1',
          provider: 'studio',
          model: request.model,
          status: () => Promise.resolve(status),
          wait: () => Promise.resolve(status),
          async *download() {
            yield new Uint8Array([1, 2])
            yield new Uint8Array([3])
          },
        }
      },
    })
    const request = { ...target, kind: 'video', prompt: 'A cat', duration: 4, timeout: 9000 } as const
    const { response } = await make(studio({ state: 'completed' })).execute(request)
    expect(response).toMatchObject({ kind: 'video', provider: 'studio', base64: 'AQID', mediaType: 'video/mp4' })
    expect(seen[0]).toMatchObject({ prompt: 'A cat', duration: 4, timeout: 9000, metadata: { userId: 'u1' } })
    expect(Object.keys(seen[0] as object)).not.toContain('kind')
    const failed = make(studio({ state: 'failed', message: 'no cats today' })).execute(request)
    await expect(failed).rejects.toThrow('studio made no video: no cats today')
  })

  test('vectors are in the order of the texts', async () => {
    const { response } = await make().execute({ ...target, kind: 'embedding', input: ['a', 'b'] })
    if (response.kind !== 'embedding') throw new Error(response.kind)
    expect(response.vectors).toHaveLength(2)
    expect(response.vectors[0]).not.toEqual(response.vectors[1])
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown provider', { provider: 'other', model: 'm', prompt: 'Hi' }, 'unsupported_provider'],
    ['an unknown kind', { ...target, kind: 'dance' }, 'validation'],
    ['neither prompt nor messages', { ...target }, 'validation'],
    ['both', { ...target, prompt: 'Hi', messages: [] }, 'validation'],
  ])('that asks for %s is an error as data, under its id', async (_name, request, code) => {
    const result = await make().tryExecute(request as unknown as ServiceRequest)
    expect(result).toMatchObject({
      ok: false,
      requestId: 'id-1',
      error: { code, hint: expect.any(String) as string, retryable: false },
    })
  })

  test('fails as data, with what the host says of another try', async () => {
    const result = await make(mock({ replies: [fail('rate-limit', { retryAfterMs: 1500 })] })).tryExecute({
      ...target,
      prompt: 'Hi',
    })
    expect(result).toMatchObject({ ok: false, error: { code: 'rate_limit', retryable: true, retryAfterMs: 1500 } })
    const odd: Provider = { id: 'odd', protocol: 'p', complete: () => Promise.reject(new TypeError('odd')), stream: () => { throw new Error('no') } } // prettier-ignore
    expect(await make(odd).tryExecute({ ...target, prompt: 'Hi' })).toMatchObject({
      ok: false,
      error: { code: 'unknown', message: 'odd' },
    })
  })

  test('that the provider cannot do says so', async () => {
    const bare: Provider = {
      ...mock(),
      generateImage: undefined as never,
      generateSpeech: undefined as never,
      transcribe: undefined as never,
      generateVideo: undefined as never,
      embed: undefined as never,
    }
    for (const request of [
      { kind: 'image', prompt: 'x' },
      { kind: 'speech', text: 'x' },
      { kind: 'transcription', audio: { url: 'https://a/b.mp3' } },
      { kind: 'video', prompt: 'x' },
      { kind: 'embedding', input: ['x'] },
    ] as const) {
      await expect(make(bare).execute({ ...target, ...request })).rejects.toMatchObject({
        code: 'unsupported_operation',
      })
    }
  })
})

test('middleware stands around every provider, and all are closed', async () => {
  const seen: string[] = []
  const log: Middleware = next =>
    wrapProvider(next, {
      complete: request => {
        seen.push(request.model)
        return next.complete(request)
      },
      close: () => {
        seen.push('closed')
        return Promise.resolve()
      },
    })
  const service = make(mock(), [log])
  await service.generateResponse({ ...target, prompt: 'Hi' })
  await service.close()
  expect(seen).toEqual(['gpt-4.1', 'closed'])
})

test('every call has its row under the id of its answer, also those that the cache answers, with what it cost', async () => {
  const store = createMemoryStore()
  const answers = cache({ store: memoryStore() })
  const provider = mock({ replies: ['Mars.', fail('server')] })
  const service = createService({
    providers: { main: provider },
    store,
    cache: answers,
    prices: { mock: { '*': { input: 1, output: 1 } } },
  })
  const ask = { ...target, prompt: 'Which planet is red?' }
  const first = await service.generateResponse(ask)
  const second = await service.generateResponse(ask)
  const third = await service.tryExecute({ ...ask, prompt: 'And which is blue?' })
  await store.flush()

  expect(second.response.text).toBe('Mars.')
  expect(provider.calls).toHaveLength(2)
  const [asked, cached, failed] = await Promise.all(
    [first, second, third].map(({ requestId }) => store.requests.byId(requestId)),
  )
  expect(asked).toMatchObject({ status: 'success', cache: 'miss', userId: 'u1', cost: first.response.cost?.total })
  expect(asked?.cost).toBeGreaterThan(0)
  expect(cached).toMatchObject({ status: 'success', cache: 'hit', cost: 0 })
  expect(failed).toMatchObject({ status: 'error', errorCode: 'server' })
  expect(await answers.stats()).toMatchObject({ hits: 1, misses: 2 })
  await service.close()
})

test('what cannot be closed keeps nobody else from it, and is told', async () => {
  const closed: string[] = []
  const note = (name: string) => () => {
    closed.push(name)
    return Promise.resolve()
  }
  const broken = (message: string): Provider =>
    wrapProvider(mock(), { close: () => Promise.reject(new Error(message)) })
  const store = { ...createMemoryStore(), close: note('store') }
  const answers = Object.assign(cache({ store: memoryStore() }), { close: note('cache') })
  const around = { store, cache: answers }
  const one = createService({ ...around, providers: { broken: broken('stuck'), main: mock() } })
  await expect(one.close()).rejects.toThrow('stuck')
  expect(closed).toEqual(['cache', 'store'])
  const two = createService({ ...around, providers: { a: broken('first'), b: broken('second') } })
  await expect(two.close()).rejects.toMatchObject({ errors: [new Error('first'), new Error('second')] })
})

test('no key is told with an error that is of nobody', async () => {
  const leaking = wrapProvider(mock(), { complete: () => Promise.reject(new Error('no entry for sk-abcdef123456')) })
  const result = await make(leaking).tryExecute({ ...target, prompt: 'Hi' })
  expect(result).toMatchObject({ ok: false, error: { code: 'unknown', message: 'no entry for [redacted]' } })
})

test('a field that does not exist is refused, and nothing is sent', async () => {
  const provider = mock()
  const service = make(provider)
  const ask = { ...target, prompt: 'Hi' }
  const wrong: [ServiceRequest, string][] = [
    [{ ...ask, temperature: 0 } as ServiceRequest, 'temperature'],
    [{ ...ask, kind: 'image', voice: 'v' } as ServiceRequest, 'voice'],
    [{ ...ask, kind: 'constructor' } as never, 'kind'],
  ]
  for (const [request, parameter] of wrong) {
    const refused = { code: 'validation', parameter }
    await expect(service.execute(request)).rejects.toMatchObject(refused)
  }
  const misspelt = { ...ask, projectID: 'p' }
  for (const call of [service.generateResponse(misspelt), service.generateImage(misspelt)]) {
    await expect(call).rejects.toMatchObject({ code: 'validation', parameter: 'projectID' })
  }
  expect(provider.calls).toHaveLength(0)
})

test('a service without providers is none, and an option that does not exist is refused', () => {
  expect(() => createService({ providers: {} })).toThrow(ConfigurationError)
  const misspelt = { providers: { main: mock() }, stor: createMemoryStore() }
  expect(() => createService(misspelt)).toThrow(/stor/)
})

test('random ids differ', async () => {
  const service = createService({ providers: { main: mock() } })
  const ids = await Promise.all(
    [1, 2].map(async () => (await service.generateResponse({ ...target, prompt: 'Hi' })).requestId),
  )
  expect(new Set(ids).size).toBe(2)
})
