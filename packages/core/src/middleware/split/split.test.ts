import { describe, expect, expectTypeOf, test } from 'vitest'
import type { CompletionRequest } from '../../completion.ts'
import { apiError } from '../../errors/api-error.ts'
import { createHeldProvider } from '../../testing/held-provider.ts'
import { createManualClock } from '../../testing/manual-clock.ts'
import { say, scriptedProvider, type Happening } from '../../testing/scripted-provider.ts'
import { compose } from '../compose.ts'
import { retry } from '../retry.ts'
import { split, type SplitOptions } from './split.ts'

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
const by = (userId: string): CompletionRequest => ({ ...request, metadata: { userId, tags: ['t'] } })
const failure = apiError({ kind: 'server' }, { provider: 'p', status: 500 })

/** Two variants whose answers are scripted; `a` gets the calls of the users a…, `b` those of b…. */
function tested(scripts: Record<'a' | 'b', readonly (readonly Happening[])[]>, options: Partial<SplitOptions> = {}) {
  const clock = createManualClock({ autoAdvance: true })
  const [a, b] = (['a', 'b'] as const).map(id =>
    scriptedProvider(clock, call => scripts[id][call - 1] ?? say('ok'), id),
  ) as [ReturnType<typeof scriptedProvider>, ReturnType<typeof scriptedProvider>]
  const provider = split([a, b], { name: 'test', clock, ...options })
  const userOf = (variant: string): CompletionRequest => {
    const users = Array.from({ length: 100 }, (_, index) => `user-${String(index)}@example.com`)
    return by(users.find(user => provider.experiment.variantOf(by(user)) === variant) ?? '')
  }
  return { provider, clock, a, b, of: { a: userOf('a'), b: userOf('b') } }
}

describe('assignment', () => {
  test('sticks to the key, is told with the answer and with the request, and changes nothing that was passed', async () => {
    const { provider, a, b, of } = tested({ a: [], b: [] })
    const before = structuredClone(of)
    for (let index = 0; index < 3; index++) {
      expect((await provider.complete(of.a)).experiment).toEqual({ name: 'test', variant: 'a' })
      expect((await provider.stream(of.b).completion()).experiment).toEqual({ name: 'test', variant: 'b' })
    }
    expect([a.calls.length, b.calls.length]).toEqual([3, 3])
    expect(b.calls[0]?.request.metadata).toEqual({
      ...of.b.metadata,
      experiment: { name: 'test', variant: 'b' },
    })
    expect(of).toEqual(before)
  })

  test('is by chance and weight where there is no key', async () => {
    const draws = [0.1, 0.74, 0.76]
    const { provider, a, b } = tested({ a: [], b: [] }, { weights: [3, 1], random: () => draws.shift() ?? 0 })
    for (let index = 0; index < 3; index++) await provider.complete(request)
    expect([a.calls.length, b.calls.length]).toEqual([2, 1])
  })

  test('is by any key: parts of the request, or a function', async () => {
    const { provider, a, b } = tested({ a: [], b: [] }, { key: ({ request: { model = '' } }) => model })
    const variantOf = (model: string) => provider.experiment.variantOf({ model })
    const models = Array.from({ length: 20 }, (_, index) => `m-${String(index)}`)
    for (const model of models) await provider.complete({ ...request, model })
    for (const [variant, { calls }] of [
      ['a', a],
      ['b', b],
    ] as const) {
      expect(calls.map(call => call.request.model)).toEqual(models.filter(model => variantOf(model) === variant))
    }
    expect(provider.experiment.variantOf({})).toBeUndefined()
  })

  test('takes capabilities where they are, and variants may say only what they have different', async () => {
    const { provider: first, calls } = createHeldProvider()
    const second = createHeldProvider()
    const { embed, ...lacking } = second.provider
    const provider = split(
      [
        { provider: first, name: 'control' },
        { name: 'model', model: 'other', parameters: { temperature: 0 } },
        { name: 'host', provider: lacking },
      ],
      { name: 'test' },
    )
    const users = Array.from({ length: 30 }, (_, index) => `user-${String(index)}`)
    for (const user of users) {
      void provider.complete(by(user))
      void provider.embed({ model: 'm', input: [], metadata: { userId: user } })
    }
    await new Promise(setImmediate)
    expectTypeOf(provider.embed).toEqualTypeOf(embed)
    const sent = [...calls, ...second.calls].filter(({ operation }) => operation === 'complete')
    for (const { request: each } of sent) {
      const { variant } = each.metadata?.experiment ?? {}
      expect(variant).toBe(provider.experiment.variantOf({ metadata: each.metadata }))
      expect(each).toMatchObject(variant === 'model' ? { model: 'other', temperature: 0 } : { model: 'm' })
    }
    expect([sent.length, second.calls.length > 0]).toEqual([30, true])
    expect(calls.filter(({ operation }) => operation === 'embed').length).toBe(30)
  })
})

describe('results', () => {
  test('of answers: time, tokens, cost, finish reasons and scores, whole or streamed', async () => {
    const answer = (ms: number, cost: number): readonly Happening[] => [
      say('x')[0] as Happening,
      ms,
      { type: 'text-delta', text: 'x' },
      ms,
      { type: 'usage', usage: { inputTokens: ms, outputTokens: 2 * ms, source: 'reported' }, cost: costOf(cost) },
      { type: 'finish', finishReason: ms > 20 ? 'length' : 'stop' },
    ]
    const { provider, of } = tested(
      { a: [answer(10, 1), answer(20, 2), answer(30, 3)], b: [answer(40, 4), answer(40, 4)] },
      { score: ({ usage }, { variant }) => (variant === 'b' ? undefined : (usage.inputTokens ?? 0) / 10) },
    )
    await provider.complete(of.a)
    await provider.complete(of.a)
    await provider.stream(of.a).completion()
    await provider.complete(of.b)
    await provider.stream(of.b).completion()
    await Promise.resolve()
    const { variants, ...rest } = provider.experiment.results()
    expect(rest).toEqual({ name: 'test', operation: 'complete', confidence: 0.95 })
    // Of 10, 20 and 30 the mean is 20, the standard error 10 / √3, and Student's t with two degrees of freedom 4.3027.
    const half = (4.30265 * 10) / Math.sqrt(3)
    const about = (value: number, error: number) => ({
      count: 3,
      value,
      low: expect.closeTo(value - error, 3) as number,
      high: expect.closeTo(value + error, 3) as number,
    })
    expect(variants[0]).toEqual({
      variant: 'a',
      calls: 3,
      aborted: 0,
      errors: {},
      errorRate: { count: 3, value: 0, low: 0, high: expect.closeTo(0.5615, 4) as number },
      latencyMs: about(40, 2 * half),
      firstTokenMs: { count: 1, value: 30 },
      inputTokens: about(20, half),
      outputTokens: about(40, 2 * half),
      cost: about(2, half / 10),
      score: about(2, half / 10),
      finishReasons: { stop: 2, length: 1 },
    })
    expect(variants[1]).toMatchObject({
      variant: 'b',
      calls: 2,
      latencyMs: { count: 2, value: 80, low: 80, high: 80, difference: { value: 40 } },
      score: { count: 0 },
      finishReasons: { length: 2 },
    })
    expect(variants[1]?.score).toEqual({ count: 0 })
  })

  test('of failures and of what was left', async () => {
    const half: readonly Happening[] = [...say('half').slice(0, 2), failure]
    const { provider, of, clock } = tested({ a: [[failure], [5, ...say('x', 'y')], half], b: [[1000]] })
    await expect(provider.complete(of.a)).rejects.toMatchObject({ experiment: { name: 'test', variant: 'a' } })
    const stream = provider.stream(of.a)
    for await (const text of stream.textStream) if (text === 'x') break
    expect((await stream.completion()).experiment).toEqual({ name: 'test', variant: 'a' })
    await expect(provider.stream(of.a).completion()).rejects.toMatchObject({
      code: 'server',
      experiment: { variant: 'a' },
      partial: { text: 'half' },
    })
    const abort = new AbortController()
    const aborted = provider.complete({ ...of.b, signal: abort.signal })
    abort.abort()
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' })
    await clock.sleep(1)
    const [a, b] = provider.experiment.results().variants
    expect(a).toMatchObject({
      calls: 3,
      aborted: 1,
      errors: { server: 2 },
      errorRate: { count: 2, value: 1 },
      latencyMs: { count: 0 },
      firstTokenMs: { count: 2, value: 2.5 },
      finishReasons: {},
    })
    expect(b).toMatchObject({ calls: 1, aborted: 1, errors: {}, errorRate: { count: 0 } })
  })

  test('a score may come late, or not at all', async () => {
    const late = Promise.withResolvers<number>()
    const scores = [late.promise, Promise.reject(new Error('no')), Promise.resolve(NaN), Promise.resolve(3)]
    scores[1]?.catch(() => undefined)
    const { provider, of } = tested({ a: [], b: [] }, { score: () => scores.shift() ?? expect.unreachable() })
    for (let index = 0; index < 5; index++) await provider.complete(of.a)
    const scoreOf = () => provider.experiment.results().variants[0]?.score
    await new Promise(setImmediate)
    expect(scoreOf()).toEqual({ count: 1, value: 3 })
    late.resolve(1)
    await new Promise(setImmediate)
    expect(scoreOf()).toMatchObject({ count: 2, value: 2 })
  })

  test('of one operation at a time, and what retry does within a variant is one call', async () => {
    const clock = createManualClock({ autoAdvance: true })
    const inner = scriptedProvider(clock, call => (call === 1 ? [failure] : say('ok')))
    const provider = split([compose(inner, retry({ clock }))], { name: 'test', clock })
    await provider.embed({ model: 'm', input: ['x'] })
    for await (const piece of provider.streamSpeech({ model: 'm', text: 'Hi', voice: 'v' }))
      expect(piece.length).toBe(1)
    const callsOf = (operation?: string) => provider.experiment.results(operation).variants[0]?.calls
    expect([callsOf(), callsOf('embed'), callsOf('streamSpeech'), inner.calls.length]).toEqual([0, 1, 1, 3])
  })
})

test('what no variant has is refused', async () => {
  const provider = split([{ provider: createHeldProvider().provider, model: 'n' }], { name: 'test' })
  await expect(provider.embed({ model: 'm', input: [] })).rejects.toThrow('No variant has embed')
})

test('options that cannot be are refused', () => {
  const { provider } = createHeldProvider()
  const wrong: [Partial<SplitOptions>, string][] = [
    [{ name: '' }, 'no name'],
    [{ confidence: 95 }, 'confidence'],
    [{ weights: [1, 1] }, '2 weights for 1'],
    [{ key: 'usr' as never }, 'usr'],
    [{ scores: () => 1 } as never, 'scores'],
  ]
  for (const [options, words] of wrong) expect(() => split([provider], { name: 'test', ...options })).toThrow(words)
})

function costOf(total: number) {
  return { total, source: 'reported' } as const
}
