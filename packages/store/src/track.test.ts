import {
  AbortedError,
  budget,
  compose,
  fallback,
  RateLimitError,
  retry,
  ServerError,
  split,
  wrapProvider,
  type Completion,
  type CompletionRequest,
  type Provider,
  type TranscriptionRequest,
} from '@llm/core'
import { createHeldProvider } from '@llm/core/testing'
import { fail, mock } from '@llm/provider-mock'
import { describe, expect, test, vi } from 'vitest'
import { createMemoryStore, defineStore, track, type Store, type StoreBackend, type TrackOptions } from './index.ts'

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
const metadata = { requestId: 'mine', userId: 'u', projectId: 'p', organizationId: 'o', tags: ['t'] }

function tracked<P extends Provider>(
  provider: P,
  options?: TrackOptions,
): { provider: P; store: Store; last: () => ReturnType<typeof lastOf> } {
  const store = createMemoryStore()
  return { provider: track(store, options)(provider), store, last: () => lastOf(store) }
}

async function lastOf(store: Store) {
  await store.flush()
  const [record] = (await store.requests.list()).items
  return store.requests.byId(record?.id ?? '')
}

const turn = () => new Promise(setImmediate)

describe('a row tells', () => {
  test('who asked what of whom, what it took, and what came of it', async () => {
    const { provider, last } = tracked(
      mock({ replies: [{ text: 'Hello', usage: { inputTokens: 12, outputTokens: 3 } }] }),
    )
    const before = Date.now()
    const answer = await provider.complete({ ...request, metadata })
    const record = await last()
    expect(record).toMatchObject({
      callId: 'mine',
      operation: 'complete',
      status: 'success',
      provider: 'mock',
      model: answer.model,
      finishReason: 'stop',
      inputTokens: 12,
      outputTokens: 3,
      totalTokens: 15,
      usageSource: 'reported',
      userId: 'u',
      projectId: 'p',
      organizationId: 'o',
      tags: ['t'],
      responseId: answer.id,
      attemptCount: 1,
      attempts: [{ position: 0, provider: 'mock', model: answer.model, inputTokens: 12, outputTokens: 3 }],
    })
    expect(record?.startedAt.getTime()).toBeGreaterThanOrEqual(before)
    expect(record?.ms).toBeGreaterThan(0)
    for (const absent of ['prompt', 'answer', 'cost', 'errorCode', 'firstTokenMs', 'cache', 'variant', 'seenAt']) {
      expect(record).not.toHaveProperty(absent)
    }
  })

  test('the error, by its class and code', async () => {
    const { provider, last } = tracked(mock({ replies: [fail(429, { message: 'Slow down' })] }))
    const thrown = await provider.complete(request).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(RateLimitError)
    expect(await last()).toMatchObject({
      status: 'error',
      errorCode: 'rate_limit',
      errorName: 'RateLimitError',
      errorMessage: (thrown as Error).message,
      httpStatus: 429,
      attempts: [{ errorCode: 'rate_limit' }],
    })
  })

  test('of an error that is none of ours only its class, as its words may hold a prompt', async () => {
    const broken = wrapProvider(mock(), { complete: () => Promise.reject(new TypeError('secret prompt')) })
    const { provider, last } = tracked(broken)
    await expect(provider.complete(request)).rejects.toThrow(TypeError)
    const record = await last()
    expect(record).toMatchObject({ status: 'error', errorCode: 'unknown', errorName: 'TypeError' })
    expect(JSON.stringify(record)).not.toContain('secret')
  })

  test('every try of a retry and a failover, the last of them with its price', async () => {
    const cost = vi.fn(async () => ({ cost: { total: 2, source: 'catalogue' as const } }))
    const again = retry({ baseDelayMs: 1 })
    const first = compose(mock({ replies: [fail(500), fail(500)] }), again)
    const { provider, last } = tracked(fallback([first, mock({ replies: ['fine'] })]), { cost })
    await provider.complete(request)
    const record = await last()
    expect(record).toMatchObject({ status: 'success', attemptCount: 3, costSource: 'catalogue' })
    expect(record?.attempts.map(({ position, errorCode, cost }) => [position, errorCode, cost])).toEqual([
      [0, 'server', undefined],
      [1, 'server', undefined],
      [2, undefined, 2],
    ])
    expect(cost).toHaveBeenCalledOnce()
  })

  test('what the host billed, before what a price list says', async () => {
    const billed = await mock({ replies: ['a'] }).complete(request)
    const priced: Completion = {
      ...billed,
      cost: { total: 0.5, source: 'reported' },
      experiment: { name: 'tone', variant: 'b' },
    }
    const cost = vi.fn()
    const { provider, last } = tracked(wrapProvider(mock(), { complete: () => Promise.resolve(priced) }), { cost })
    await provider.complete(request)
    expect(await last()).toMatchObject({ cost: 0.5, costSource: 'reported', experiment: 'tone', variant: 'b' })
    expect(cost).not.toHaveBeenCalled()
  })

  test('the variant of an A/B test, around the ledger or within it, also of a call that failed', async () => {
    const within = tracked(split([mock({ replies: ['a', fail(400)] })], { name: 'tone' }))
    await within.provider.complete(request)
    expect(await within.last()).toMatchObject({ experiment: 'tone', variant: 'mock' })
    await expect(within.provider.complete(request)).rejects.toThrow()
    expect(await within.last()).toMatchObject({ experiment: 'tone', variant: 'mock', errorCode: 'invalid_request' })
    const around = tracked(mock({ replies: [fail(400)] }))
    await expect(split([around.provider], { name: 'words' }).complete(request)).rejects.toThrow()
    expect(await around.last()).toMatchObject({ experiment: 'words', variant: 'mock' })
  })

  test('a cache hit, for which no host was asked', async () => {
    const kept = await mock({ replies: ['a'] }).complete(request)
    const hit: Completion = { ...kept, cache: 'hit', cost: { total: 0, source: 'cache' } }
    const { provider, last } = tracked(wrapProvider(mock(), { complete: () => Promise.resolve(hit) }))
    await provider.complete(request)
    expect(await last()).toMatchObject({ cache: 'hit', cost: 0, costSource: 'cache', attemptCount: 0, attempts: [] })
  })

  test('a call that was refused on its way, for which none was asked either', async () => {
    const store = createMemoryStore()
    const provider = compose(mock(), track(store), budget({ maxTokens: 1 }))
    await expect(provider.complete(request)).rejects.toThrow()
    expect(await lastOf(store)).toMatchObject({
      status: 'error',
      errorCode: 'budget_exceeded',
      attemptCount: 0,
      attempts: [],
    })
  })

  test('no cost where the price list fails', async () => {
    const { provider, last } = tracked(mock(), { cost: () => Promise.reject(new Error('no list')) })
    await provider.complete(request)
    const record = await last()
    expect(record).toMatchObject({ status: 'success' })
    expect(record).not.toHaveProperty('cost')
  })
})

describe('a stream', () => {
  test('is a row when it is read, with the time to its first content', async () => {
    const { provider, last, store } = tracked(mock({ replies: ['Hello you'] }))
    const stream = provider.stream({ ...request, metadata })
    await store.flush()
    expect((await store.requests.list()).items).toEqual([])
    await stream.completion()
    const record = await last()
    expect(record).toMatchObject({
      operation: 'stream',
      status: 'success',
      finishReason: 'stop',
      userId: 'u',
      attemptCount: 1,
    })
    expect(record?.firstTokenMs).toBeLessThanOrEqual(record?.ms ?? 0)
  })

  test('that its reader leaves is aborted, with what it had used', async () => {
    const { provider: held, calls } = createHeldProvider()
    const { provider, last } = tracked(held)
    const stream = provider.stream(request)
    const reading = (async () => {
      for await (const event of stream) if (event.type === 'text-delta') break
    })()
    await turn()
    const usage = { inputTokens: 4, source: 'reported' } as const
    calls[0]?.emit({ type: 'usage', usage }, { type: 'text-delta', text: 'Hel' })
    await reading
    expect(await last()).toMatchObject({ status: 'aborted', inputTokens: 4 })
  })

  test('that fails is an error, with what had come', async () => {
    const { provider: held, calls } = createHeldProvider()
    const { provider, last } = tracked(held)
    const completion = provider.stream(request).completion()
    await turn()
    calls[0]?.emit(
      { type: 'usage', usage: { inputTokens: 4, source: 'reported' } },
      { type: 'text-delta', text: 'Hel' },
    )
    await turn()
    calls[0]?.fail(new ServerError({ message: 'gone', status: 500 }))
    await completion.catch(() => undefined)
    expect(await last()).toMatchObject({ status: 'error', errorCode: 'server' })
  })
})

test('a call that its caller ends is aborted', async () => {
  const { provider: held } = createHeldProvider()
  const { provider, last } = tracked(held)
  const controller = new AbortController()
  const answer = provider.complete({ ...request, signal: controller.signal })
  await turn()
  controller.abort()
  await expect(answer).rejects.toThrow(AbortedError)
  expect(await last()).toMatchObject({ status: 'aborted', errorCode: 'aborted' })
})

test('a call under way is a row before its answer, and the same one after it', async () => {
  const { provider: held, calls } = createHeldProvider()
  const { provider, store } = tracked(held)
  const answer = provider.complete({ ...request, metadata })
  await turn()
  await store.flush()
  const [started] = (await store.requests.list()).items
  expect(started).toMatchObject({ status: 'started', operation: 'complete', userId: 'u', attemptCount: 0 })
  expect(started?.seenAt).toBeInstanceOf(Date)
  calls[0]?.answer()
  await answer
  await store.flush()
  expect((await store.requests.list()).items).toMatchObject([{ id: started?.id, status: 'success' }])
})

describe('every capability', () => {
  /** The mock has no streams of these. */
  const inPieces = () =>
    Object.assign(mock(), {
      async *streamImage(_request: { model: string }) {
        const image = { type: 'image', source: { url: 'https://example.com/cat.png' } } as const
        yield { type: 'partial-image', index: 0, image } as const
        yield { type: 'image', index: 1, image, usage: { outputTokens: 7, source: 'reported' } } as const
      },
      async *streamSpeech({ text }: { text: string }) {
        yield new Uint8Array(1)
        if (text === 'fail') throw new ServerError({ message: 'no', status: 500 })
        yield new Uint8Array(1)
      },
      async *streamTranscription(asked: TranscriptionRequest) {
        yield { type: 'text-delta', text: 'Hel' } as const
        const usage = { outputTokens: 3, source: 'reported' } as const
        yield { type: 'finish', transcription: { ...(await mock().transcribe(asked)), usage } } as const
      },
    })
  const audio = { base64: 'aaaa', mediaType: 'audio/wav' }

  test('is tracked, whole and in pieces', async () => {
    const { provider, store } = tracked(inPieces())
    await provider.embed({ model: 'e', input: ['a', 'b'], metadata })
    await provider.generateImage({ model: 'i', prompt: 'A cat' })
    await provider.generateSpeech({ model: 's', text: 'Hello' })
    await provider.transcribe({ model: 't', audio })
    await provider.moderate({ model: 'o', input: ['a'] })
    await provider.rerank({ model: 'r', query: 'q', documents: ['a'] })
    for await (const piece of provider.streamImage({ model: 'i' })) void piece
    for await (const piece of provider.streamTranscription({ model: 't', audio })) void piece
    for await (const piece of provider.streamSpeech({ text: 'Hello' })) if (piece) break
    await provider.countTokens(request)
    await provider.listModels()
    await store.flush()
    const { items } = await store.requests.list({ first: 'oldest' })
    expect(items.map(({ operation }) => operation)).toEqual([
      'embed',
      'generateImage',
      'generateSpeech',
      'transcribe',
      'moderate',
      'rerank',
      'streamImage',
      'streamTranscription',
      'streamSpeech',
    ])
    expect(items.filter(({ status }) => status === 'success')).toHaveLength(8)
    expect(items[0]).toMatchObject({ userId: 'u', model: 'e' })
    expect(items[0]?.inputTokens).toBeGreaterThan(0)
    expect(items.at(-1)).toMatchObject({ status: 'aborted' })
    expect(items.at(-2)).toMatchObject({ provider: 'mock', outputTokens: 3 })
    expect(items.at(-3)).toMatchObject({ outputTokens: 7, firstTokenMs: expect.any(Number) })
  })

  test('that fails in pieces is an error', async () => {
    const { provider, last } = tracked(inPieces())
    const read = async () => {
      for await (const piece of provider.streamSpeech({ text: 'fail' })) void piece
    }
    await expect(read()).rejects.toThrow(ServerError)
    expect(await last()).toMatchObject({ operation: 'streamSpeech', status: 'error', errorCode: 'server' })
  })
})

describe('prompts and answers', () => {
  const image = { type: 'image', source: { mediaType: 'image/png', base64: 'aaaaaaaa' } } as const
  const contents: CompletionRequest = {
    ...request,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Ada, look' }, image] }],
  }
  const run = async (options: TrackOptions) => {
    const { provider, last } = tracked(mock({ replies: ['Hello Ada'] }), options)
    await provider.complete(contents)
    return last()
  }

  test('are stored, images as their size', async () => {
    const record = await run({ content: 'stored' })
    expect(record?.prompt).toContain('Ada, look')
    expect(record?.prompt).toMatch(/\[6 bytes, sha256 [0-9a-f]{64}\]/)
    expect(JSON.parse(record?.answer ?? '')).toMatchObject([{ type: 'text', text: 'Hello Ada' }])
  })

  test('tell images of one size apart, wherever their bytes are', async () => {
    const prompts: (string | undefined)[] = []
    for (const source of [
      { mediaType: 'image/png', base64: 'aaaa' },
      { mediaType: 'image/png', base64: 'bbbb' },
      { url: 'data:image/png;base64,aaaa' },
    ]) {
      const { provider, last } = tracked(mock({ replies: ['fine'] }), { content: 'stored' })
      await provider.complete({ ...request, messages: [{ role: 'user', content: [{ type: 'image', source }] }] })
      prompts.push((await last())?.prompt)
    }
    expect(prompts[0]).not.toBe(prompts[1])
    const [name] = /\[3 bytes, sha256 [0-9a-f]{64}\]/.exec(prompts[0] ?? '') ?? []
    expect(prompts[2]).toContain(`data:image/png;base64,${String(name)}`)
  })

  test('are hashed, the same for the same', async () => {
    const [one, two] = [await run({ content: 'hashed' }), await run({ content: 'hashed' })]
    expect(one?.prompt).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(two?.prompt).toBe(one?.prompt)
    expect(one?.answer).not.toBe(one?.prompt)
  })

  test('are redacted first, and left out where that fails', async () => {
    const redact = (json: string, what: string) => {
      if (what === 'answer') throw new Error('no')
      return json.replaceAll('Ada', '[name]')
    }
    const record = await run({ content: 'stored', redact })
    expect(record?.prompt).toContain('[name], look')
    expect(record).not.toHaveProperty('answer')
  })

  test('are those of the call, though the caller goes on with the list', async () => {
    const { provider: held, calls } = createHeldProvider()
    const { provider, last } = tracked(held, { content: 'stored' })
    const messages = [{ role: 'user' as const, content: 'first' }]
    const answer = provider.complete({ model: 'm', messages })
    messages.push({ role: 'user', content: 'second' })
    await turn()
    calls[0]?.answer()
    await answer
    expect((await last())?.prompt).toBe('[{"role":"user","content":"first"}]')
  })
})

describe('the call goes on', () => {
  const broken: StoreBackend = {
    open: () => Promise.reject(new Error('no database')),
    write: () => Promise.reject(new Error('unreachable')),
    close: () => Promise.resolve(),
  } as unknown as StoreBackend

  test('where nothing can be written, and closing the provider does too', async () => {
    const store = defineStore(broken)
    const provider = track(store)(mock({ replies: ['fine'] }))
    expect((await provider.complete(request)).text).toBe('fine')
    await provider.close?.()
    expect(store.status).toMatchObject({ waiting: 1, written: 0, error: { code: 'store' } })
    await expect(store.close()).rejects.toMatchObject({ code: 'store' })
    expect(store.status).toMatchObject({ waiting: 0, dropped: 1 })
    expect((await provider.complete(request)).text).toBe('fine')
  })

  test('closing the provider writes what waits', async () => {
    const { provider, store } = tracked(mock({ replies: ['fine'] }))
    await provider.complete(request)
    expect(store.status).toMatchObject({ waiting: 1, written: 0 })
    await provider.close?.()
    expect(store.status).toMatchObject({ waiting: 0, written: 1 })
  })
})

test('an option that does not exist is refused', () => {
  expect(() => track(createMemoryStore(), { contents: 'stored' } as TrackOptions)).toThrow('content')
})
