import fc from 'fast-check'
import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import type { CompletionRequest } from '../completion.ts'
import { inheritSettings } from '../config/settings.ts'
import { apiError, type CallErrorCode, type ErrorKind } from '../errors/api-error.ts'
import { LLMError } from '../errors/llm-error.ts'
import type { Provider, ProviderSettings } from '../provider.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import { createFakeHost } from '../testing/fake-host.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { say, scriptedProvider, type Happening, type ScriptedProvider } from '../testing/scripted-provider.ts'
import { compose } from './compose.ts'
import { fallback, FALLBACK_ON, type FallbackOptions } from './fallback.ts'
import { retry } from './retry.ts'

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
const failure = (kind: ErrorKind): LLMError => apiError({ kind }, { provider: 'p', model: 'm', status: STATUSES[kind] })
const STATUSES: Partial<Record<ErrorKind, number>> = { 'invalid-request': 400, 'rate-limit': 429, overloaded: 503 }
const clock = (): ReturnType<typeof createManualClock> => createManualClock({ autoAdvance: true })
const down =
  (kind: ErrorKind = 'overloaded') =>
  (): readonly Happening[] => [failure(kind)]
const well = (text: string) => (): readonly Happening[] => say(text)
const codeOf = async (failing: Promise<unknown>): Promise<string> =>
  failing.then(
    () => 'answered',
    (error: unknown) => (LLMError.is(error) ? error.code : String(error)),
  )

const spec = (id: string, more: Partial<ModelSpec> = {}): ModelSpec => ({
  id,
  family: 'f',
  input: ['text'],
  output: ['text'],
  capabilities: {},
  parameters: {},
  ...more,
})

describe('what makes a call go elsewhere', () => {
  const all: readonly ErrorKind[] = [
    'overloaded',
    'server',
    'timeout',
    'connection',
    'authentication',
    'permission-denied',
    'not-found',
    'invalid-request',
    'context-length',
    'content-filter',
    'rate-limit',
    'quota-exceeded',
    'malformed-response',
  ]

  test.each(all)('%s', async kind => {
    const time = clock()
    const provider = fallback([scriptedProvider(time, down(kind), 'a'), scriptedProvider(time, well('b'), 'b')], {
      clock: time,
    })
    const expected = ['overloaded', 'server', 'timeout', 'connection'].includes(kind)
      ? 'answered'
      : kind.replace('-', '_')
    expect(await codeOf(provider.complete(request))).toBe(expected)
    expect(
      await codeOf(
        fallback([scriptedProvider(time, down(kind)), provider], { clock: time })
          .stream(request)
          .completion(),
      ),
    ).toBe(expected)
  })

  test('one line changes it', async () => {
    const time = clock()
    const go = (on: FallbackOptions['on']): Promise<string> =>
      codeOf(
        fallback([scriptedProvider(time, down('rate-limit')), scriptedProvider(time, well('b'))], {
          on,
          clock: time,
        }).complete(request),
      )
    expect(await go([...FALLBACK_ON, 'rate_limit'])).toBe('answered')
    expect(await go(error => error.code === 'rate_limit')).toBe('answered')
    expect(await go(['server'])).toBe('rate_limit')
  })

  test('an abort is the caller’s, and makes none', async () => {
    const time = clock()
    const second = scriptedProvider(time, well('b'))
    const provider = fallback([scriptedProvider(time, well('a')), second], { on: () => true, clock: time })
    expect(await codeOf(provider.complete({ ...request, signal: AbortSignal.abort() }))).toBe('aborted')
    expect(second.calls.length).toBe(0)
  })

  test('what makes something goes elsewhere only where it was refused, key or not', async () => {
    const time = clock()
    for (const [kind, calls] of [
      ['timeout', 0],
      ['server', 0],
      ['overloaded', 1],
    ] as const) {
      const second = scriptedProvider(time, well('b'))
      const provider = fallback([scriptedProvider(time, down(kind)), second], { clock: time })
      await codeOf(provider.generateImage({ model: 'm', prompt: 'A cat.', idempotencyKey: 'once' }))
      expect(second.calls.length).toBe(calls)
    }
  })
})

describe('streams', () => {
  test('go elsewhere until the first content, an error inside a 200 included', async () => {
    const time = clock()
    const first = scriptedProvider(time, () => [...say('x').slice(0, 1), failure('overloaded')], 'a')
    const provider = fallback([first, scriptedProvider(time, well('from b'), 'b')], { clock: time })
    const stream = provider.stream(request)
    const events: string[] = []
    for await (const event of stream) events.push(event.type === 'start' ? event.provider : event.type)
    expect(events).toEqual(['b', 'text-delta', 'usage', 'finish'])
    const { attempts, text } = await stream.completion()
    expect([attempts.map(({ provider: id, error }) => [id, error]), text]).toEqual([
      [
        ['a', 'overloaded'],
        ['b', undefined],
      ],
      'from b',
    ])
  })

  test('stay where they are after it; the endpoint that broke them rests', async () => {
    const time = clock()
    const first = scriptedProvider(time, () => [...say('half').slice(0, 2), failure('connection')], 'a')
    const second = scriptedProvider(time, well('b'), 'b')
    const provider = fallback([first, second], { clock: time })
    expect(await codeOf(provider.stream(request).completion())).toBe('connection')
    expect([second.calls.length, provider.endpoints.map(({ state }) => state)]).toEqual([0, ['open', 'closed']])
  })
})

describe('an endpoint that failed', () => {
  test('rests, is tried again with one call, and takes over when it is well', async () => {
    const time = createManualClock()
    let broken = true
    const first = scriptedProvider(time, () => (broken ? [failure('server')] : say('a')), 'a')
    const second = scriptedProvider(time, well('b'), 'b')
    const provider = fallback([first, second], { breaker: { coolDownMs: 1000 }, clock: time })
    const ask = async (): Promise<string> => (await provider.complete(request)).text
    expect([await ask(), await ask(), await ask(), first.calls.length]).toEqual(['b', 'b', 'b', 1])
    expect(provider.endpoints).toEqual([
      { name: 'a', provider: 'a', state: 'open', failures: 1 },
      { name: 'b', provider: 'b', state: 'closed', failures: 0 },
    ])
    await time.advance(1000)
    expect([provider.endpoints[0]?.state, await ask(), first.calls.length]).toEqual(['half-open', 'b', 2])
    await time.advance(1000)
    broken = false
    expect([await Promise.all([ask(), ask(), ask()]), await ask(), first.calls.length]).toEqual([
      ['a', 'b', 'b'],
      'a',
      4,
    ])
  })

  test('that says when to come back rests until then', async () => {
    const time = createManualClock()
    const limited = apiError({ kind: 'rate-limit', retryAfterMs: 5000 }, { provider: 'p', status: 429 })
    const first = scriptedProvider(time, call => (call === 1 ? [limited] : say('a')))
    const provider = fallback([{ provider: first, name: 'main' }, scriptedProvider(time, well('b'))], {
      on: ['rate_limit'],
      clock: time,
    })
    expect((await provider.complete(request)).text).toBe('b')
    await time.advance(4999)
    expect(provider.endpoints[0]).toMatchObject({ name: 'main', state: 'open' })
    await time.advance(1)
    expect((await provider.complete(request)).text).toBe('a')
  })

  test('is asked all the same where no other is left', async () => {
    const time = clock()
    const [first, second] = [
      scriptedProvider(time, call => (call === 1 ? [failure('server')] : say('a'))),
      scriptedProvider(time, down()),
    ]
    const provider = fallback([first, second], { clock: time })
    expect(await codeOf(provider.complete(request))).toBe('overloaded')
    expect((await provider.complete(request)).text).toBe('a')
    expect(provider.endpoints.map(({ state, name }) => [name, state])).toEqual([
      ['p', 'closed'],
      ['p-2', 'open'],
    ])
  })

  test('a host that refuses is well; an abort says nothing', async () => {
    const time = createManualClock()
    const answers = [[failure('server')], [failure('invalid-request')]]
    const first = scriptedProvider(time, call => answers[call - 1] ?? say('a'), 'a')
    const provider = fallback([first, scriptedProvider(time, well('b'))], { breaker: { coolDownMs: 10 }, clock: time })
    await provider.complete(request)
    await time.advance(10)
    expect(await codeOf(provider.complete({ ...request, signal: AbortSignal.abort() }))).toBe('aborted')
    expect(provider.endpoints[0]?.state).toBe('half-open')
    await codeOf(provider.complete(request))
    expect(provider.endpoints[0]?.state).toBe(first.calls.length === 2 ? 'half-open' : 'closed')
  })
})

describe('a backup needs only what differs', () => {
  interface HostSettings extends ProviderSettings {
    readonly region?: string | undefined
  }
  const made: HostSettings[] = []
  function host(settings: HostSettings): Provider {
    made.push(settings)
    const inner = scriptedProvider(clock(), settings.baseURL === undefined ? down() : well(settings.baseURL), 'host')
    return { ...inner, derive: inheritSettings(host, settings) }
  }

  test('settings alone make another of the first, with all middleware around it', async () => {
    const headers = { a: '1', b: '2' }
    const provider = fallback([
      compose(host({ apiKey: 'k', timeout: 5, headers }), retry({ attempts: 2 })),
      { baseURL: 'second', region: 'eu', headers: { b: '3' } },
    ])
    expect((await provider.complete(request)).text).toBe('second')
    expect(made.at(-1)).toEqual({
      apiKey: 'k',
      timeout: 5,
      headers: { a: '1', b: '3' },
      baseURL: 'second',
      region: 'eu',
    })
    expect(provider.endpoints.map(({ name }) => name)).toEqual(['host', 'host-2'])
  })

  test('the model, parameters and a name may differ too', async () => {
    const second = scriptedProvider(clock(), well('b'))
    const provider = fallback([
      host({}),
      { provider: second, model: 'other', parameters: { temperature: 0 }, name: 'spare' },
    ])
    await provider.complete({ ...request, temperature: 1, topP: 0.5 })
    expect(second.calls[0]?.request).toMatchObject({ model: 'other', temperature: 0, topP: 0.5 })
    expect(provider.endpoints[1]).toMatchObject({ name: 'spare', model: 'other' })
  })

  test('models of other families bring what is known of them, and get a history that is theirs', async () => {
    const { provider: there, sent } = createFakeHost('there')
    const mine = spec('mine')
    const client = {
      model: 'theirs',
      provider: there,
      spec: vi.fn(() =>
        Promise.resolve(
          spec('theirs', { family: 'g', parameters: { temperature: { supported: false, remedy: 'none' } } }),
        ),
      ),
    }
    const state = { family: 'f', protocol: 'fake', data: 'secret thought' }
    const provider = fallback([host({}), { client }])
    const answer = await provider.complete({
      model: 'mine',
      spec: mine,
      temperature: 1,
      messages: [
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'Hm.', state },
            { type: 'text', text: 'Yes?' },
          ],
        },
        { role: 'user', content: 'Go on.' },
      ],
    })
    expect(client.spec).toHaveBeenCalledWith('theirs')
    expect([sent[0]?.model, sent[0]?.temperature, JSON.stringify(sent[0]?.messages).includes('secret')]).toEqual([
      'theirs',
      undefined,
      false,
    ])
    expect(answer.warnings.map(({ code }) => code)).toContain('parameter-dropped')
  })

  const known = spec('m', { aliases: ['m-latest'], hosts: { x: 'vendor/m' } })
  test.each<[string, Partial<Provider>, ModelSpec | undefined]>([
    ['m-latest', {}, known],
    ['vendor/m', {}, known],
    ['quite-another', {}, undefined],
    ['my-deployment', { modelOf: () => 'm' }, known],
    ['my-deployment', { modelOf: () => undefined }, known],
    ['my-deployment', { modelOf: () => 'quite-another' }, undefined],
  ])('what is known of the model holds for %s %o: %#', async (model, more, expected) => {
    const second = scriptedProvider(clock(), well('b'))
    await fallback([host({}), { provider: { ...second, ...more }, model }]).complete({ ...request, spec: known })
    expect(second.calls[0]?.request.spec).toBe(expected)
  })

  test('only completions go to another model; others go where they can be made', async () => {
    const time = clock()
    const first = scriptedProvider(time, down(), 'a')
    const { embed: _, ...without } = scriptedProvider(time, well('x'), 'b')
    const third = scriptedProvider(time, well('c'), 'c')
    const provider = fallback([first, { provider: third, model: 'n' }, without as Provider, third], { clock: time })
    await provider.embed({ model: 'm', input: ['x'] })
    expect(third.calls.map(({ operation, request: { model } }) => [operation, model])).toEqual([['embed', 'm']])
  })

  test('closing closes each once', async () => {
    const close = vi.fn(() => Promise.resolve())
    const second = { ...scriptedProvider(clock(), well('b')), close }
    await fallback([host({}), second, { provider: second, model: 'n' }]).close?.()
    expect(close).toHaveBeenCalledOnce()
  })

  test.each([
    [[{ baseURL: 'x' }]],
    [[scriptedProvider(clock(), down()), { baseURL: 'x' }]],
    [[host({}), { provider: host({}), apiKey: 'k' }]],
  ])('what cannot be made is refused: %#', targets => {
    expect(() => fallback(targets as unknown as [Provider])).toThrow(expect.objectContaining({ code: 'configuration' }))
  })

  test('options that do not exist are refused, and the type is kept', () => {
    const first = scriptedProvider(clock(), down())
    expect(() => fallback([first], { on: ['rate-limit' as CallErrorCode] })).toThrow('rate-limit')
    expect(() => fallback([first], { breaker: { failures: 0 } })).toThrow('failures')
    expectTypeOf(fallback([first])).toExtend<ScriptedProvider>()
  })
})

describe('with retry', () => {
  const build = (
    order: 'outside' | 'inside' | 'both',
    attempts: number,
    endpoints: readonly ((call: number) => readonly Happening[])[],
  ) => {
    const time = clock()
    const inner = endpoints.map((script, index) => scriptedProvider(time, script, `p${String(index)}`))
    const again = retry({ clock: time, attempts, random: () => 0.5, budgetMs: 10_000 })
    const [first, ...others] = inner.map(each => (order === 'outside' ? each : compose(each, again)))
    if (first === undefined) throw new Error('no endpoint')
    const failing = fallback([first, ...others], { clock: time })
    return { inner, time, provider: order === 'inside' ? failing : compose(failing, again) }
  }

  test.each([
    ['outside', ['p0', 'p1', 'p0', 'p1']],
    ['inside', ['p0', 'p0', 'p0', 'p1']],
    ['both', ['p0', 'p0', 'p0', 'p1']],
  ] as const)('%s: four tries in all, and the backup is among them', async (order, expected) => {
    const { provider, inner } = build(order, 4, [down(), down()])
    const error = (await provider.complete(request).catch((reason: unknown) => reason)) as LLMError
    expect(inner.reduce((sum, { calls }) => sum + calls.length, 0)).toBe(4)
    const tries = inner.flatMap(({ calls, id }) => calls.map(({ at }) => ({ at, id })))
    expect(tries.sort((a, b) => a.at - b.at).map(({ id }) => id)).toEqual(expected)
    expect(error.attempts?.length).toBe(4)
  })

  test('in any order: limits hold, one answer, every try listed, nothing left', async () => {
    const kind = fc.constantFrom<ErrorKind>('server', 'overloaded', 'rate-limit', 'connection', 'authentication')
    const step = fc.oneof(fc.record({ kind, after: fc.nat(2), ms: fc.nat(3000) }), fc.constant(undefined))
    const endpoints = fc.array(fc.array(step, { maxLength: 4 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          plans: endpoints,
          order: fc.constantFrom('outside', 'inside', 'both'),
          attempts: fc.integer({ min: 1, max: 6 }),
          streamed: fc.boolean(),
        }),
        async ({ plans, order, attempts, streamed }) => {
          const { provider, inner, time } = build(
            order,
            attempts,
            plans.map(plan => call => {
              const next = plan[call - 1]
              return next === undefined
                ? say('a', 'b')
                : [next.ms, ...say('a', 'b').slice(0, next.after), failure(next.kind)]
            }),
          )
          let text = ''
          const stream = provider.stream(request)
          const read = async (): Promise<void> => {
            for await (const piece of stream.textStream) text += piece
          }
          const outcome = await (streamed ? read().then(() => stream.completion()) : provider.complete(request)).catch(
            (error: unknown) => error as LLMError,
          )
          const calls = inner.flatMap(each => each.calls)
          expect(calls.length).toBeLessThanOrEqual(attempts)
          expect(Math.max(...calls.map(({ at }) => at))).toBeLessThanOrEqual(10_000)
          expect(outcome.attempts?.length).toBe(calls.length)
          expect(outcome.attempts?.filter(({ error }) => error === undefined).length).toBe(LLMError.is(outcome) ? 0 : 1)
          if (streamed) expect(['', 'a', 'ab']).toContain(text)
          expect([inner.map(({ open }) => open).join(''), time.sleeping]).toEqual([inner.map(() => 0).join(''), 0])
        },
      ),
      { numRuns: 300 },
    )
  })
})
