import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apiError, type ErrorKind } from '../../errors/api-error.ts'
import type { LLMError } from '../../errors/llm-error.ts'
import type { Completion, CompletionRequest } from '../../completion.ts'
import type { Provider } from '../../provider.ts'
import type { ModelPrice, ModelSpec } from '../../specs/model-spec.ts'
import { createHeldProvider, type HeldCall } from '../../testing/held-provider.ts'
import { createManualClock } from '../../testing/manual-clock.ts'
import { say, scriptedProvider, type ScriptedProvider } from '../../testing/scripted-provider.ts'
import { compose } from '../compose.ts'
import { fallback } from '../fallback.ts'
import { rateLimit } from '../rate-limit/rate-limit.ts'
import { retry } from '../retry.ts'
import { balance, type BalanceOptions } from './balance.ts'
import type { BalanceStrategy } from './strategies.ts'

const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const

const STATUSES: Partial<Record<ErrorKind, number>> = { 'invalid-request': 400, 'rate-limit': 429, overloaded: 503 }
const failure = (kind: ErrorKind, retryAfterMs?: number): LLMError =>
  apiError({ kind, retryAfterMs }, { provider: 'p', model: 'm', status: STATUSES[kind] })

/** Endpoints whose calls wait to be answered. */
function balanced(count: number, options: BalanceOptions = {}) {
  const clock = createManualClock()
  const helds = Array.from({ length: count }, (_, index) => createHeldProvider(`p${String(index)}`))
  const [first, ...others] = helds.map(({ provider }) => provider) as [Provider, ...Provider[]]
  const provider = balance([first, ...others], { clock, ...options })
  const open: HeldCall[] = []
  const answers: Promise<unknown>[] = []
  /** Who has got a call since this was last asked. */
  const taker = async (): Promise<number> => {
    await clock.advance(0)
    const isNew = (call: HeldCall): boolean => !open.includes(call)
    const index = helds.findIndex(({ calls }) => calls.some(isNew))
    open.push(...helds.flatMap(({ calls }) => calls.filter(isNew)))
    return index
  }
  /** Makes a call; answers which endpoint got it. */
  const ask = (given: CompletionRequest = request): Promise<number> => {
    answers.push(provider.complete(given).catch((error: unknown) => error))
    return taker()
  }
  /** Ends the last call that an endpoint got; tells who got one then. */
  const end = (error?: Error): Promise<number> => {
    if (error === undefined) open.at(-1)?.answer()
    else open.at(-1)?.fail(error)
    return taker()
  }
  /** A call that takes so long; answers which endpoint got it. */
  const serve = async (ms: (index: number) => number = () => 0): Promise<number> => {
    const index = await ask()
    await clock.advance(ms(index))
    await end()
    return index
  }
  const times = async (count: number, act: () => Promise<number>): Promise<readonly number[]> => {
    const indexes: number[] = []
    for (let index = 0; index < count; index++) indexes.push(await act())
    return indexes
  }
  const states = () => provider.endpoints.map(({ state }) => state)
  return { provider, clock, helds, open, answers, ask, end, serve, times, states }
}

describe('strategies', () => {
  test('round robin: each in turn', async () => {
    const { times, ask } = balanced(3, {})
    expect(await times(7, ask)).toEqual([0, 1, 2, 0, 1, 2, 0])
  })

  test('weighted: every run of as many calls as the weights sum to is shared exactly, and spread', async () => {
    const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(weights, async given => {
        const { times, ask } = balanced(given.length, { strategy: 'weighted', weights: given })
        const sum = given.reduce((total, weight) => total + weight, 0)
        for (let round = 0; round < 2; round++) {
          const run = await times(sum, ask)
          expect(given.map((_, index) => run.filter(other => other === index).length)).toEqual(given)
        }
      }),
      { numRuns: 15 },
    )
    const { times, ask } = balanced(2, { strategy: 'weighted', weights: [3, 1] })
    expect(await times(4, ask)).toEqual([0, 0, 1, 0])
  })

  test('least busy: by what is under way, and by weight', async () => {
    const { times, ask, open, clock, provider } = balanced(2, { strategy: 'least-busy', weights: [2, 1] })
    expect(await times(6, ask)).toEqual([0, 1, 0, 1, 0, 0])
    open[1]?.answer()
    open[3]?.fail(failure('invalid-request'))
    await clock.advance(0)
    expect(provider.endpoints.map(({ inFlight, calls }) => [inFlight, calls])).toEqual([
      [4, 4],
      [0, 2],
    ])
    expect(await times(2, ask)).toEqual([1, 1])
  })

  test('lowest latency: each once, then the fastest by its moving average', async () => {
    const speeds = [300, 100, 200]
    const { serve, times, provider } = balanced(3, { strategy: 'lowest-latency' })
    const call = () => serve(index => speeds[index] ?? 0)
    expect(await times(6, call)).toEqual([0, 1, 2, 1, 1, 1])
    expect(provider.endpoints.map(({ latencyMs }) => latencyMs.complete)).toEqual([300, 100, 200])
    speeds[1] = 1000
    // 100 + 0.3 * (1000 - 100) = 370 is slower than both others.
    expect(await times(3, call)).toEqual([1, 2, 2])
    expect(provider.endpoints.map(({ latencyMs }) => latencyMs.complete)).toEqual([300, 370, 200])
  })

  test('lowest latency: what was slow is tried again after a minute, by one call at a time', async () => {
    const speeds = [100, 500]
    const { serve, times, ask, open, clock } = balanced(2, { strategy: 'lowest-latency' })
    const call = () => serve(index => speeds[index] ?? 0)
    expect(await times(4, call)).toEqual([0, 1, 0, 0])
    await clock.advance(59_000)
    expect(await times(2, call)).toEqual([0, 0])
    await clock.advance(1_000)
    speeds[1] = 20
    expect(await times(2, ask)).toEqual([1, 0])
    await clock.advance(20)
    for (const held of open.slice(-2)) held.answer()
    await clock.advance(0)
    // 500 + 0.3 * (20 - 500) = 356 is slower than 100 + 0.3 * (20 - 100) = 76.
    expect(await times(2, call)).toEqual([0, 0])
  })

  test('lowest latency: one that has never answered gets one call at a time, where another has', async () => {
    const { serve, times, ask } = balanced(2, { strategy: 'lowest-latency' })
    expect(await serve(() => 10)).toBe(0)
    expect(await times(4, ask)).toEqual([1, 0, 0, 0])
  })

  test('lowest cost: the cheapest for this call', async () => {
    const prices: Record<string, ModelPrice> = { p0: { input: 1, output: 10 }, p1: { input: 3, output: 5 } }
    const { ask } = balanced(3, { strategy: 'lowest-cost', price: (_, name) => prices[name] })
    const long = [{ role: 'user', content: 'x'.repeat(40_000) }] as const
    // 10,000 tokens in and 10 out, then 1 in and 5000 out: 10,100 or 30,050, then 50,001 or 25,003 millionths of a dollar.
    expect(await ask({ ...request, messages: long, maxTokens: 10 })).toBe(0)
    expect(await ask({ ...request, maxTokens: 5000 })).toBe(1)
  })

  test('lowest cost: by the price of the model that an endpoint has, and what has none comes last', async () => {
    const spec = (id: string, input?: number): ModelSpec => ({
      ...{ id, family: 'f', input: ['text'], output: ['text'], capabilities: {}, parameters: {} },
      ...(input === undefined ? {} : { price: { input, output: input } }),
    })
    const { provider, calls } = createHeldProvider()
    const spread = balance(
      [
        { provider, model: 'unknown', spec: spec('unknown') },
        { model: 'dear', spec: spec('dear', 9) },
        { model: 'cheap', spec: spec('cheap', 2) },
      ],
      { strategy: 'lowest-cost' },
    )
    void spread.complete(request)
    void spread.complete({ ...request, spec: spec('m', 1) })
    await new Promise(setImmediate)
    expect(calls.map(call => call.request.model)).toEqual(['cheap', 'cheap'])
  })
})

test('lowest cost: one whose model is not known to its family is the last choice, and says so when it is made', async () => {
  const { provider, calls } = createHeldProvider()
  const client = { model: 'x', provider, spec: () => Promise.reject(new TypeError('no such model')) }
  const price = () => ({ input: 1, output: 1 })
  const both = balance([{ provider, client, name: 'broken' }, { name: 'whole' }], { strategy: 'lowest-cost', price })
  void both.complete(request)
  await new Promise(setImmediate)
  expect(calls.map(call => call.request.model)).toEqual(['m'])
  const broken = balance([{ provider, client }], { strategy: 'lowest-cost', price })
  await expect(broken.complete(request)).rejects.toThrow('no such model')
})

describe('health', () => {
  test('a call that fails is made elsewhere at once; who failed rests, is tried by one call, and comes back', async () => {
    const { serve, times, ask, end, open, clock, states, answers } = balanced(2, { breaker: { coolDownMs: 1000 } })
    expect([await ask(), await end(failure('overloaded')), await end()]).toEqual([0, 1, -1])
    expect(states()).toEqual(['open', 'closed'])
    expect(await times(3, serve)).toEqual([1, 1, 1])
    await clock.advance(1000)
    expect(await times(3, ask)).toEqual([0, 1, 1])
    open.at(-3)?.answer()
    await clock.advance(0)
    expect([await ask(), states()]).toEqual([0, ['closed', 'closed']])
    expect(await answers[0]).toMatchObject({ provider: 'p1', attempts: [{ error: 'overloaded' }, { provider: 'p1' }] })
  })

  test('one that says when to come back is left alone until then', async () => {
    const { serve, times, ask, end, clock } = balanced(2)
    expect([await ask(), await end(failure('rate-limit', 90_000)), await end()]).toEqual([0, 1, -1])
    await clock.advance(89_999)
    expect(await times(2, serve)).toEqual([1, 1])
    await clock.advance(1)
    expect(await serve()).toBe(0)
  })

  test('a refused request goes nowhere else and speaks against nobody', async () => {
    const { ask, end, states, answers, open } = balanced(2)
    expect([await ask(), await end(failure('invalid-request'))]).toEqual([0, -1])
    expect(await answers[0]).toMatchObject({ code: 'invalid_request' })
    expect([states(), open.length]).toEqual([['closed', 'closed'], 1])
  })

  test('where all have failed they are asked all the same', async () => {
    const { clock, provider, helds, states } = balanced(2)
    const answer = provider.complete(request)
    await clock.advance(0)
    helds[0]?.calls[0]?.fail(failure('server'))
    await clock.advance(0)
    helds[1]?.calls[0]?.fail(failure('connection'))
    await expect(answer).rejects.toMatchObject({ code: 'connection', attempts: [{}, {}] })
    expect(states()).toEqual(['open', 'open'])
    void provider.complete(request)
    await clock.advance(0)
    helds[0]?.calls[1]?.answer()
    await clock.advance(0)
    expect(states()).toEqual(['closed', 'open'])
  })

  test('where all are at their limits, retry waits for the one that may be asked first, and asks that one', async () => {
    const clock = createManualClock({ autoAdvance: true })
    const first = (ms: number) => (call: number) => (call === 1 ? [failure('rate-limit', ms)] : say('ok'))
    const ends = [20_000, 1000, 50_000].map((ms, index) => scriptedProvider(clock, first(ms), `p${String(index)}`))
    const [one, ...others] = ends as [ScriptedProvider, ...ScriptedProvider[]]
    const provider = compose(balance([one, ...others], { clock }), retry({ attempts: 4, clock, random: () => 0.5 }))
    expect((await provider.complete(request)).provider).toBe('p1')
    expect(ends.map(({ calls }) => calls.map(({ at }) => at))).toEqual([[0], [0, 1250], [0]])
  })

  test('what was refused for another reason is not asked before its time because another endpoint failed', async () => {
    const clock = createManualClock({ autoAdvance: true })
    const down = scriptedProvider(clock, () => [failure('server')], 'down')
    const limited = scriptedProvider(clock, call => (call === 1 ? [failure('rate-limit', 5000)] : say('ok')), 'limited')
    const both = compose(balance([down, limited], { on: ['server'], clock }), retry({ clock, random: () => 0 }))
    expect((await both.complete(request)).provider).toBe('limited')
    expect(limited.calls.map(({ at }) => at)).toEqual([0, 5000])
    const acted = compose(balance([down, limited], { clock }), retry({ attempts: 9, clock, random: () => 0 }))
    expect((await acted.complete(request)).provider).toBe('limited')
  })

  test('a limit that an endpoint has for itself sends calls to another one, until there is room', async () => {
    const clock = createManualClock()
    const region = (id: string) =>
      compose(
        scriptedProvider(clock, () => say('ok'), id),
        rateLimit({ rpm: 1, maxWaitMs: 0, clock }),
      )
    const provider = balance([region('east'), region('west')], { strategy: 'weighted', weights: [9, 1], clock })
    const answered = async (): Promise<string> => {
      const answer = provider.complete(request).catch((error: unknown) => ({ provider: (error as LLMError).code }))
      await clock.advance(0)
      return (await answer).provider
    }
    expect([await answered(), await answered(), await answered()]).toEqual(['east', 'west', 'rate_limit'])
    expect(provider.endpoints.map(({ state }) => state)).toEqual(['open', 'open'])
    await clock.advance(60_000)
    expect(await answered()).toBe('east')
  })

  test('can be one endpoint of a failover', async () => {
    const clock = createManualClock({ autoAdvance: true })
    const [a, b] = ['a', 'b'].map(id => scriptedProvider(clock, () => [failure('server')], id)) as [
      ScriptedProvider,
      ScriptedProvider,
    ]
    const spare = scriptedProvider(clock, () => say('ok'), 'spare')
    const pools = fallback([{ provider: balance([a, b], { clock }), name: 'pool' }, spare], { clock })
    const { attempts } = await compose(pools, retry({ attempts: 3, clock })).complete(request)
    expect(attempts.map(({ provider }) => provider)).toEqual(['p', 'p', 'spare'])
    expect([a.calls.length, b.calls.length]).toEqual([1, 1])
    expect(pools.endpoints.map(({ name, state }) => [name, state])).toEqual([
      ['pool', 'open'],
      ['spare', 'closed'],
    ])
  })

  test('shares tries and time with retry around it and within it', async () => {
    const clock = createManualClock({ autoAdvance: true })
    const down = () => [failure('server')]
    const a = scriptedProvider(clock, down, 'a')
    const b = scriptedProvider(clock, down, 'b')
    const around = compose(balance([a, b], { clock }), retry({ attempts: 3, clock }))
    await expect(around.complete(request)).rejects.toMatchObject({ attempts: { length: 3 } })
    expect([a.calls.length, b.calls.length]).toEqual([2, 1])
    const inside = balance([compose(a, retry({ attempts: 3, clock })), compose(b, retry({ attempts: 3, clock }))], {
      clock,
    })
    await expect(inside.complete(request)).rejects.toMatchObject({ attempts: { length: 3 } })
    expect([a.calls.length + b.calls.length]).toEqual([6])
  })
})

describe('streams', () => {
  test('are measured to their first content, and everything is released that was left', async () => {
    const { provider, helds, clock, states } = balanced(2)
    const iterator = provider.stream(request)[Symbol.asyncIterator]()
    const first = iterator.next()
    await clock.advance(250)
    helds[0]?.calls[0]?.emit({ type: 'text-delta', text: 'x' })
    await first
    expect(provider.endpoints[0]).toMatchObject({ inFlight: 1, calls: 1, latencyMs: { stream: 250 } })
    await iterator.return?.()
    const abort = new AbortController()
    const aborted = provider.complete({ ...request, signal: abort.signal })
    await clock.advance(0)
    abort.abort()
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' })
    expect([provider.endpoints.map(({ inFlight }) => inFlight), states()]).toEqual([
      [0, 0],
      ['closed', 'closed'],
    ])
  })

  test('go elsewhere until their first content, and speak against who broke them later', async () => {
    const clock = createManualClock({ autoAdvance: true })
    const broken = scriptedProvider(clock, call => [...say('half').slice(0, call), failure('connection')], 'a')
    const provider = balance([broken, scriptedProvider(clock, () => say('whole'), 'b')], { clock })
    expect((await provider.stream(request).completion()).text).toBe('whole')
    expect(await provider.stream(request).completion()).toMatchObject({ provider: 'b' })
    await clock.sleep(30_000)
    await expect(provider.stream(request).completion()).rejects.toMatchObject({
      code: 'connection',
      partial: { text: 'half' },
    })
    expect(provider.endpoints.map(({ state, inFlight }) => [state, inFlight])).toEqual([
      ['open', 0],
      ['closed', 0],
    ])
  })
})

test('whatever happens: limits hold, one answer, every try listed, nothing is counted as under way', async () => {
  const kind = fc.constantFrom<ErrorKind>('server', 'overloaded', 'rate-limit', 'connection', 'authentication')
  const step = fc.oneof(fc.record({ kind, after: fc.nat(2), ms: fc.nat(40_000) }), fc.constant(undefined))
  const strategy = fc.constantFrom<BalanceStrategy>(
    ...(['round-robin', 'weighted', 'least-busy', 'lowest-latency', 'lowest-cost'] as const),
  )
  const calls = fc.array(fc.constantFrom('complete', 'stream', 'leave', 'abort'), { minLength: 1, maxLength: 8 })
  const plans = fc.array(fc.array(step, { maxLength: 5 }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(plans, strategy, calls, async (steps, chosen, made) => {
      const clock = createManualClock({ autoAdvance: true })
      const [first, ...others] = steps.map((plan, index) =>
        scriptedProvider(
          clock,
          call => {
            const next = plan[call - 1]
            return next === undefined
              ? [5, ...say('a', 'b')]
              : [next.ms, ...say('a').slice(0, next.after), failure(next.kind)]
          },
          `p${String(index)}`,
        ),
      ) as [ScriptedProvider, ...ScriptedProvider[]]
      const provider = compose(balance([first, ...others], { strategy: chosen, clock }), retry({ attempts: 3, clock }))
      const outcomes = await Promise.all(
        made.map(async how => {
          const abort = new AbortController()
          if (how === 'abort')
            void clock.sleep(3).then(() => {
              abort.abort()
            })
          const given = { ...request, signal: abort.signal }
          if (how === 'complete' || how === 'abort') return provider.complete(given).catch((error: unknown) => error)
          const stream = provider.stream(given)
          const read = async (): Promise<void> => {
            for await (const text of stream.textStream) if (how === 'leave' && text !== '') return
          }
          return read()
            .then(() => stream.completion())
            .catch((error: unknown) => error)
        }),
      )
      for (const outcome of outcomes) {
        const { attempts = [] } = outcome as Partial<Completion>
        expect(attempts.length).toBeLessThanOrEqual(3)
        expect(attempts.filter(({ error }) => error === undefined).length).toBeLessThanOrEqual(1)
      }
      const tries = outcomes.flatMap(outcome => (outcome as Partial<Completion>).attempts ?? [])
      const inner = [first, ...others]
      expect(provider.endpoints.reduce((sum, endpoint) => sum + endpoint.calls, 0)).toBe(tries.length)
      expect(provider.endpoints.map(({ inFlight }) => inFlight)).toEqual(inner.map(() => 0))
      expect([inner.reduce((sum, { open }) => sum + open, 0), clock.sleeping]).toEqual([0, 0])
    }),
    { numRuns: 200 },
  )
})

test('a capability is used where it is, in pieces too, and closing closes all', async () => {
  const closed: string[] = []
  const clock = createManualClock({ autoAdvance: true })
  const plain = scriptedProvider(clock, () => say('plain'), 'plain')
  const able = scriptedProvider(clock, () => [40, ...say('able')], 'able')
  const { embed, streamSpeech, ...lacking } = plain
  const provider = balance(
    [
      { ...able, close: () => Promise.resolve(void closed.push('able')) },
      { ...lacking, close: () => Promise.resolve(void closed.push('plain')) },
      { provider: able, name: 'again', model: 'other' },
    ],
    { clock },
  )
  for (let index = 0; index < 3; index++) await provider.embed({ model: 'm', input: [] })
  for await (const piece of provider.streamSpeech({ model: 'm', text: 'Hi', voice: 'v' })) expect(piece.length).toBe(1)
  expect([typeof embed, typeof streamSpeech, able.calls.length, plain.calls.length]).toEqual([
    'function',
    'function',
    4,
    0,
  ])
  expect(provider.endpoints).toMatchObject([
    { name: 'able', provider: 'able', calls: 4, latencyMs: { embed: 40, streamSpeech: 40 } },
    { name: 'plain', calls: 0 },
    { name: 'again', model: 'other', calls: 0 },
  ])
  await provider.close()
  expect(closed).toEqual(['able', 'plain'])
})

test('an endpoint may say only what it has different', async () => {
  const made: unknown[] = []
  const { provider, calls } = createHeldProvider('east')
  const west = createHeldProvider('west')
  const derive = (changes: unknown): Provider => (made.push(changes), west.provider)
  const spread = balance([
    { provider: { ...provider, derive }, name: 'first' },
    { baseURL: 'https://west', name: 'w' },
  ])
  void spread.complete(request)
  void spread.complete(request)
  await new Promise(setImmediate)
  expect([calls.length, west.calls.length, made]).toEqual([1, 1, [{ baseURL: 'https://west' }]])
  expect(spread.endpoints.map(({ name, provider: id }) => [name, id])).toEqual([
    ['first', 'east'],
    ['w', 'west'],
  ])
})

test('options that do not fit are refused', () => {
  const { provider } = createHeldProvider()
  const wrong: [BalanceOptions, string][] = [
    [{ strategy: 'weighted', weights: [1, 2] }, '2 weights for 1'],
    [{ strategy: 'weighted', weights: [0] }, 'weight'],
    [{ weights: [1] }, 'no effect with the strategy round-robin'],
    [{ strategy: 'weighted', price: () => undefined }, 'no effect'],
    [{ strategy: 'random' as never }, 'random'],
    [{ on: ['overload' as never] }, 'overload'],
    [{ wieghts: [1] } as never, 'wieghts'],
    [{ breaker: { coolDown: 1 } as never }, 'coolDown'],
  ]
  for (const [options, words] of wrong) expect(() => balance([provider], options)).toThrow(words)
  expect(() => balance([{ baseURL: 'x' } as never])).toThrow('the first is not a provider')
})
