import {
  compose,
  CompletionAccumulator,
  CompletionStream,
  LLMError,
  ServerError,
  type CompletionEvent,
  type CompletionRequest,
  type Provider,
} from '@llm/core'
import { createHeldProvider } from '@llm/core/testing'
import { mock, fail, lorem, type MockSettings } from '@llm/provider-mock'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { cache, type CacheOptions } from './cache.ts'
import { memoryStore } from './stores/memory-store.ts'

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
const asked = (content: string, more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  ...request,
  ...more,
  messages: [{ role: 'user', content }],
})

function setup(settings: MockSettings = {}, options: CacheOptions = {}) {
  const inner = mock(settings)
  const cached = cache({ store: memoryStore(), ...options })
  return { inner, cached, provider: compose(inner, cached) }
}

async function eventsOf(provider: Provider, of: CompletionRequest): Promise<CompletionEvent[]> {
  const events: CompletionEvent[] = []
  for await (const event of provider.stream(of)) events.push(structuredClone(event))
  return events
}

const errorOf = async (failing: Promise<unknown>): Promise<LLMError> =>
  failing.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => (LLMError.is(error) ? error : expect.unreachable(String(error))),
  )
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe('a hit', () => {
  test('gives the answer that was given before, says so, and costs nothing', async () => {
    const { inner, provider, cached } = setup({
      replies: [{ text: 'One', usage: { inputTokens: 3, outputTokens: 4 } }, 'Two'],
    })
    const first = await provider.complete(request)
    const second = await provider.complete(request)
    expect(first).toMatchObject({ text: 'One', cache: 'miss' })
    expect(second).toMatchObject({ text: 'One', cache: 'hit', cost: { total: 0, source: 'cache' }, attempts: [] })
    expect(second.usage).toEqual(first.usage)
    expect(second.message).toEqual(first.message)
    expect(inner.requests.length).toBe(1)
    expect(await cached.stats()).toMatchObject({ hits: 1, misses: 1, writes: 1, errors: 0, savedTokens: 7, entries: 1 })
  })

  test('streams the events that were streamed before, one for one', async () => {
    const { inner, provider } = setup({ replies: [lorem({ tokens: 60 }), 'another'] })
    const live = await eventsOf(provider, request)
    const replayed = await eventsOf(provider, request)
    const withoutCost = (events: CompletionEvent[]): unknown =>
      events.map(event => (event.type === 'usage' ? { type: 'usage', usage: event.usage } : event))
    expect(withoutCost(replayed)).toEqual(withoutCost(live))
    expect(replayed.filter(event => event.type === 'text-delta').length).toBeGreaterThan(30)
    expect(inner.requests.length).toBe(1)
  })

  test('tells no cost twice, in events as in the completion', async () => {
    const { provider, cached } = setup({ replies: [{ text: 'One', cost: 0.5 }] })
    expect((await provider.complete(request)).cost).toEqual({ total: 0.5, source: 'reported' })
    const stream = provider.stream(request)
    const costs: unknown[] = []
    for await (const event of stream) if (event.type === 'usage') costs.push(event.cost)
    expect(costs).toEqual([{ total: 0, source: 'cache' }])
    expect(await stream.completion()).toMatchObject({ cache: 'hit', cost: { total: 0, source: 'cache' } })
    expect((await cached.stats()).savedCost).toBe(0.5)
  })

  test('is the same whole or streamed, whichever it was when it was made', async () => {
    for (const first of ['complete', 'stream'] as const) {
      const { inner, provider } = setup({ replies: [lorem({ tokens: 20 }), 'another'] })
      const ask = async (how: 'complete' | 'stream') =>
        how === 'complete' ? provider.complete(request) : provider.stream(request).completion()
      const made = await ask(first)
      const whole = await provider.complete(request)
      const streamed = await provider.stream(request).completion()
      expect(whole).toEqual(streamed)
      expect(whole.content.map(part => part.type === 'text' && part.text)).toEqual([made.text])
      expect(whole.cache).toBe('hit')
      expect(inner.requests.length).toBe(1)
    }
  })

  test('of a structured answer has the object and how it grew', async () => {
    const output = z.object({ name: z.string(), moons: z.number() })
    const { inner, provider } = setup({ replies: ['{"name":"Mars","moons":2}'] })
    const live = await eventsOf(provider, { ...request, output })
    const replayed = await eventsOf(provider, { ...request, output })
    expect(replayed.filter(event => event.type === 'object-delta')).toEqual(
      live.filter(event => event.type === 'object-delta'),
    )
    expect((await provider.complete({ ...request, output })).object).toEqual({ name: 'Mars', moons: 2 })
    expect(inner.requests.length).toBe(1)
  })

  test('of a stream that is left early is one still', async () => {
    const { provider, cached } = setup({ replies: [lorem({ tokens: 20 })] })
    await provider.complete(request)
    const stream = provider.stream(request)
    for await (const event of stream) if (event.type === 'text-delta') break
    expect(await stream.completion()).toMatchObject({ cache: 'hit' })
    expect((await cached.stats()).hits).toBe(1)
  })

  test('cannot be changed by who got it', async () => {
    const { provider } = setup({ replies: ['One'] })
    await provider.complete(request)
    const hit = await provider.complete(request)
    ;(hit.content as unknown[]).length = 0
    expect((await provider.complete(request)).text).toBe('One')
  })

  test('ends with the time to live', async () => {
    vi.useFakeTimers()
    try {
      const { provider } = setup({ replies: ['One', 'Two', 'Three'] }, { ttlMs: 1000 })
      await provider.complete(request)
      vi.advanceTimersByTime(999)
      expect((await provider.complete(request)).text).toBe('One')
      vi.advanceTimersByTime(1)
      expect((await provider.complete(request)).text).toBe('Two')
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('what is not kept', () => {
  const tool = { name: 'weather', parameters: z.object({ city: z.string() }) }
  test.each<[string, MockSettings['replies'], Partial<CompletionRequest>]>([
    ['an answer that was cut', [{ text: 'a b c d', finishReason: 'length' }, 'Two'], {}],
    ['an answer that a filter stopped', [{ text: 'a', finishReason: 'content-filter' }, 'Two'], {}],
    [
      'a tool call that waits',
      [{ toolCalls: [{ name: 'weather', arguments: { city: 'Oslo' } }] }, 'Two'],
      { tools: [tool] },
    ],
    [
      'a tool call that waits, whatever the host says',
      [{ toolCalls: [{ name: 'weather', arguments: { city: 'Oslo' } }], finishReason: 'stop' }, 'Two'],
      { tools: [tool] },
    ],
    ['an object that does not fit', [{ text: '{"a":"b"}' }, '{"a":1}'], { output: z.object({ a: z.number() }) }],
  ])('%s', async (_, replies = [], more) => {
    const { inner, provider, cached } = setup({ replies })
    await provider.complete({ ...request, ...more })
    await provider.stream({ ...request, ...more }).completion()
    expect(inner.requests.length).toBe(2)
    expect((await cached.stats()).hits).toBe(0)
  })

  test('an error, whole or in the middle of a stream', async () => {
    const { inner, provider, cached } = setup({
      replies: [fail(500), fail('overloaded', { at: 'middle', reply: 'a b c d' }), 'Ok'],
    })
    expect((await errorOf(provider.complete(request))).code).toBe('server')
    expect((await errorOf(provider.stream(request).completion())).code).toBe('overloaded')
    expect((await provider.complete(request)).text).toBe('Ok')
    expect(inner.requests.length).toBe(3)
    expect(await cached.stats()).toMatchObject({ hits: 0, writes: 1 })
  })

  test('a stream that was left early or aborted', async () => {
    const { inner, provider, cached } = setup({ replies: [lorem({ tokens: 20 })] })
    for await (const event of provider.stream(request)) if (event.type === 'text-delta') break
    const controller = new AbortController()
    const stream = provider.stream({ ...request, signal: controller.signal })
    const read = (async () => {
      for await (const event of stream) if (event.type === 'text-delta') controller.abort()
    })()
    expect((await errorOf(read)).code).toBe('aborted')
    expect(await cached.stats()).toMatchObject({ hits: 0, writes: 0 })
    expect(inner.calls.every(call => call.error !== undefined || call.ms !== undefined)).toBe(true)
  })

  test('an empty answer', async () => {
    const { inner, provider } = setup({ replies: ['', 'Two'] })
    await provider.complete(request)
    expect((await provider.complete(request)).text).toBe('Two')
    expect(inner.requests.length).toBe(2)
  })
})

describe('modes', () => {
  const of = (mode: 'read' | 'write' | 'refresh' | 'off'): CompletionRequest => ({
    ...request,
    metadata: { cache: mode },
  })

  test('read gives what there is and keeps nothing', async () => {
    const { provider } = setup({ replies: ['One', 'Two', 'Three'] })
    expect(await provider.complete(of('read'))).toMatchObject({ text: 'One', cache: 'miss' })
    expect(await provider.complete(of('write'))).toMatchObject({ text: 'Two', cache: 'miss' })
    expect(await provider.complete(of('read'))).toMatchObject({ text: 'Two', cache: 'hit' })
  })

  test('refresh asks the host, and puts the answer in the place of the old one', async () => {
    const { provider } = setup({ replies: ['One', 'Two', 'Three'] })
    await provider.complete(request)
    expect(await provider.complete(of('refresh'))).toMatchObject({ text: 'Two', cache: 'miss' })
    expect(await provider.complete(request)).toMatchObject({ text: 'Two', cache: 'hit' })
  })

  test('off is as if there were none', async () => {
    const { provider, cached } = setup({ replies: ['One', 'Two', 'Three'] })
    await provider.complete(request)
    const { text, cache: from } = await provider.complete(of('off'))
    expect([text, from]).toEqual(['Two', undefined])
    expect((await provider.stream(of('off')).completion()).cache).toBeUndefined()
    expect(await cached.stats()).toMatchObject({ hits: 0, misses: 1 })
  })

  test('of the cache hold where a call says nothing', async () => {
    const { provider, inner } = setup({}, { mode: 'off' })
    await provider.complete(request)
    await provider.complete(request)
    await provider.complete(of('write'))
    expect((await provider.complete(of('read'))).cache).toBe('hit')
    expect(inner.requests.length).toBe(3)
  })

  test('that do not exist are refused, also where nobody checks types', async () => {
    const { provider } = setup()
    const error = await errorOf(provider.complete({ ...request, metadata: { cache: 'maybe' as 'off' } }))
    expect(error).toMatchObject({ code: 'validation', hint: 'Use one of: write, read, refresh, off.' })
  })
})

describe('equal calls under way', () => {
  test('share one, whole and streamed', async () => {
    const { provider: held, calls } = createHeldProvider()
    const cached = cache({ store: memoryStore() })
    const provider = compose(held, cached)
    const all = Promise.all([
      provider.complete(request),
      provider.complete(request),
      provider.stream(request).completion(),
    ])
    await settled()
    expect(calls.length).toBe(1)
    calls[0]?.answer({ text: 'One' })
    expect((await all).map(({ text, cache: from }) => [text, from])).toEqual([
      ['One', 'miss'],
      ['One', 'hit'],
      ['One', 'hit'],
    ])
    expect(await cached.stats()).toMatchObject({ hits: 2, misses: 1, writes: 1 })
  })

  test('go on for the others when the one who began leaves', async () => {
    const { provider: held, calls } = createHeldProvider()
    const provider = compose(held, cache({ store: memoryStore() }))
    const controller = new AbortController()
    const first = errorOf(provider.complete({ ...request, signal: controller.signal }))
    await settled()
    const second = provider.complete(request)
    await settled()
    controller.abort()
    expect((await first).code).toBe('aborted')
    expect(calls[0]?.cancelled).toBe(false)
    calls[0]?.answer({ text: 'One' })
    expect((await second).text).toBe('One')
    expect((await provider.complete(request)).cache).toBe('hit')
    expect(calls.length).toBe(1)
  })

  test('end when the last has left, by whatever way', async () => {
    const { provider: held, calls } = createHeldProvider()
    const provider = compose(held, cache({ store: memoryStore() }))
    const controller = new AbortController()
    const first = errorOf(provider.complete({ ...request, signal: controller.signal }))
    const stream = provider.stream(request)
    const reading = stream[Symbol.asyncIterator]().next()
    await settled()
    controller.abort()
    expect((await first).code).toBe('aborted')
    expect(calls[0]?.request.signal?.aborted).toBe(false)
    await stream.cancel()
    await reading
    expect(calls[0]?.request.signal?.aborted).toBe(true)
    const again = provider.complete(request)
    await settled()
    expect(calls.length).toBe(2)
    calls[1]?.answer({ text: 'Two' })
    expect((await again).text).toBe('Two')
  })

  test('stream at the pace of the fastest, and late ones get what has come', async () => {
    const { provider: held, calls } = createHeldProvider()
    const provider = compose(held, cache({ store: memoryStore() }))
    const slow = provider.stream(request)[Symbol.asyncIterator]()
    const begun = slow.next()
    await settled()
    const fast = eventsOf(provider, request)
    calls[0]?.emit({ type: 'text-delta', text: 'a' })
    expect((await begun).value).toEqual({ type: 'text-delta', text: 'a' })
    calls[0]?.emit({ type: 'text-delta', text: 'b' })
    calls[0]?.answer({ text: 'c' })
    const text = (events: CompletionEvent[]): string =>
      events.map(event => (event.type === 'text-delta' ? event.text : '')).join('')
    expect(text(await fast)).toBe('abc')
    expect(text(await eventsOf(provider, request))).toBe('abc')
    expect((await slow.next()).value).toEqual({ type: 'text-delta', text: 'b' })
    expect(calls.length).toBe(1)
  })

  test('fail together, and the next one calls anew', async () => {
    const { provider: held, calls } = createHeldProvider()
    const provider = compose(held, cache({ store: memoryStore() }))
    const both = [errorOf(provider.complete(request)), errorOf(provider.stream(request).completion())]
    await settled()
    calls[0]?.fail(new ServerError({ message: 'down', hint: '', provider: 'held', model: 'm', status: 500 }))
    expect((await Promise.all(both)).map(({ code }) => code)).toEqual(['server', 'server'])
    const third = provider.complete(request)
    await settled()
    calls[1]?.answer({ text: 'Up' })
    expect((await third).text).toBe('Up')
  })

  test('each have their own time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
    try {
      const { provider: held, calls } = createHeldProvider()
      const provider = compose(held, cache({ store: memoryStore() }))
      const hasty = errorOf(provider.complete({ ...request, timeout: 1000 }))
      const hastyStream = errorOf(provider.stream({ ...request, timeout: 1000 }).completion())
      const patient = provider.complete(request)
      await settled()
      vi.advanceTimersByTime(1000)
      expect(await hasty).toMatchObject({ code: 'timeout', timer: 'total' })
      expect((await hastyStream).code).toBe('timeout')
      calls[0]?.answer({ text: 'Late' })
      expect((await patient).text).toBe('Late')
      expect(calls.length).toBe(1)
    } finally {
      vi.useRealTimers()
    }
  })

  test('one who was gone before the store had answered is told so', async () => {
    const { provider: held, calls } = createHeldProvider()
    const answers: ((value: undefined) => void)[] = []
    const store = { ...storeOf(memoryStore()), get: () => new Promise<undefined>(resolve => answers.push(resolve)) }
    const provider = compose(held, cache({ store }))
    const controller = new AbortController()
    const gone = errorOf(provider.complete({ ...request, signal: controller.signal }))
    controller.abort()
    answers[0]?.(undefined)
    expect((await gone).code).toBe('aborted')
    expect(calls.every(call => call.request.signal?.aborted)).toBe(true)
  })
})

describe('several providers', () => {
  test('have answers of their own in one cache', async () => {
    const cached = cache({ store: memoryStore() })
    const one = compose(mock({ id: 'one', replies: ['One'] }), cached)
    const two = compose(mock({ id: 'two', replies: ['Two'] }), cached)
    await one.complete(request)
    expect((await two.complete(request)).text).toBe('Two')
    expect((await one.complete(request)).cache).toBe('hit')
  })

  test('share where the key says so', async () => {
    const cached = cache({ store: memoryStore(), key: ({ fields }) => ({ ...fields, provider: undefined }) })
    await compose(mock({ id: 'one', replies: ['One'] }), cached).complete(request)
    expect((await compose(mock({ id: 'two' }), cached).complete(request)).text).toBe('One')
  })

  test('a namespace of tenants keeps them apart, and is cleared alone', async () => {
    const { provider, cached } = setup({}, { namespace: ({ request: { metadata } }) => metadata?.userId ?? 'nobody' })
    const by = (userId: string): CompletionRequest => ({ ...request, metadata: { userId } })
    await provider.complete(by('a'))
    expect((await provider.complete(by('a:b'))).cache).toBe('miss')
    await cached.clear('a')
    expect((await provider.complete(by('a:b'))).cache).toBe('hit')
    expect((await provider.complete(by('a'))).cache).toBe('miss')
    await cached.clear()
    expect((await provider.complete(by('a:b'))).cache).toBe('miss')
  })
})

test('a call whose key cannot be made goes to the provider, which says why', async () => {
  const { provider, cached } = setup()
  const output = { '~standard': { version: 1, vendor: 'odd', validate: () => ({ value: 1 }) } } as never
  await errorOf(provider.complete({ ...request, output }))
  expect(await cached.stats()).toMatchObject({ hits: 0, misses: 0 })
})

test.each<[string, object, RegExp]>([
  ['an unknown option', { tll: 5 }, /tll/],
  ['a time to live of 0', { ttlMs: 0 }, /ttlMs is 0/],
  ['a time to live that is no number', { ttlMs: NaN }, /ttlMs is NaN/],
  ['a namespace that is none', { namespace: 5 }, /namespace/],
  ['a mode that does not exist', { mode: 'on' }, /mode must be/],
  ['an unknown option of the semantic cache', { semantic: { embedder: mock(), model: 'm', treshold: 1 } }, /treshold/],
  ['a threshold that is none', { semantic: { embedder: mock(), model: 'm', threshold: 2 } }, /threshold is 2/],
])('%s is refused', (_, options, message) => {
  expect(() => cache({ store: memoryStore(), ...options })).toThrow(message)
})

test('an answer that cannot be kept is given all the same', async () => {
  const cyclic: Record<string, unknown> = {}
  cyclic['itself'] = cyclic
  const inner: Provider = {
    ...mock(),
    complete: async of => ({ ...(await mock({ replies: ['One'] }).complete(of)), object: cyclic }),
  }
  const cached = cache({ store: memoryStore() })
  expect((await compose(inner, cached).complete(request)).text).toBe('One')
  expect(await cached.stats()).toMatchObject({ misses: 1, writes: 0, entries: 0 })
})

test('a damaged entry, and one of another version, is a miss and is written anew', async () => {
  const store = memoryStore()
  const { provider } = setup({ replies: ['One', 'Two', 'Three'] }, { store })
  await provider.complete(request)
  for (const value of ['{"v":1,"events":[', '{"v":99,"events":[]}']) {
    for await (const [key] of store.list?.('') ?? []) await store.set(key, { value })
    expect((await provider.complete(request)).cache).toBe('miss')
  }
  expect(await provider.complete(request)).toMatchObject({ text: 'Three', cache: 'hit' })
})

test('what has expired is pruned, and said how much that was', async () => {
  vi.useFakeTimers()
  try {
    const { provider, cached } = setup({}, { ttlMs: 10 })
    await provider.complete(asked('a'))
    await provider.complete(asked('b'))
    vi.advanceTimersByTime(10)
    expect([await cached.prune(), await cached.prune()]).toEqual([2, 0])
  } finally {
    vi.useRealTimers()
  }
})

test('bytes that say nothing are told to who watches a stream, through the cache', async () => {
  const pings: (() => void)[] = []
  const events: CompletionEvent[][] = [[{ type: 'text-delta', text: 'a' }], [{ type: 'finish', finishReason: 'stop' }]]
  const inner: Provider = {
    ...mock(),
    stream: () => {
      const accumulator = new CompletionAccumulator()
      return new CompletionStream({
        pull: async () => {
          for (const ping of pings) ping()
          const batch = events.shift()
          for (const event of batch ?? []) accumulator.push(event)
          return batch
        },
        cancel: () => Promise.resolve(),
        snapshot: interrupted => accumulator.snapshot(interrupted),
        onPing: listener => void pings.push(listener),
      })
    },
  }
  let heard = 0
  const stream = compose(inner, cache({ store: memoryStore() })).stream(request)
  stream.observe({ onPing: () => (heard += 1) })
  await stream.completion()
  expect(heard).toBeGreaterThan(0)
})

test('an answer may be good for ever', async () => {
  const { provider } = setup({}, { ttlMs: Infinity })
  await provider.complete(asked('for ever'))
  expect((await provider.complete(asked('for ever'))).cache).toBe('hit')
})

/** A store's methods, bound. */
function storeOf(store: ReturnType<typeof memoryStore>) {
  return {
    get: store.get.bind(store),
    set: store.set.bind(store),
    delete: store.delete.bind(store),
    clear: store.clear.bind(store),
  }
}
