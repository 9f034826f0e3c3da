import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CompletionRequest } from '../completion.ts'
import { apiError, type ErrorKind } from '../errors/api-error.ts'
import { LLMError } from '../errors/llm-error.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { say, scriptedProvider, type Happening } from '../testing/scripted-provider.ts'
import { compose } from './compose.ts'
import { retry, type RetryOptions } from './retry.ts'

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
const failure = (kind: ErrorKind, retryAfterMs?: number): LLMError =>
  apiError({ kind, retryAfterMs }, { provider: 'p', model: 'm' })

function setup(scripts: readonly (readonly Happening[])[], options: RetryOptions = {}) {
  const clock = createManualClock({ autoAdvance: true })
  const inner = scriptedProvider(clock, call => scripts[call - 1] ?? say('ok'))
  const provider = compose(inner, retry({ clock, random: () => 0.5, ...options }))
  return { clock, inner, provider }
}
const errorOf = async (failing: Promise<unknown>): Promise<LLMError> =>
  failing.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => (LLMError.is(error) ? error : expect.unreachable(String(error))),
  )

describe('waiting', () => {
  test('doubles, of which a random part is waited', async () => {
    const { provider, inner } = setup(
      Array.from({ length: 4 }, () => [failure('server')]),
      {
        attempts: 5,
        baseDelayMs: 100,
        maxDelayMs: 300,
      },
    )
    await provider.complete(request)
    expect(inner.calls.map(({ at }) => at)).toEqual([0, 50, 150, 300, 450])
  })

  test('is at least as long as the host asks for', async () => {
    const { provider, inner } = setup([[failure('rate-limit', 2000)], [failure('overloaded', 60_000)]], {
      baseDelayMs: 100,
    })
    await provider.complete(request)
    expect(inner.calls.map(({ at }) => at)).toEqual([0, 2050, 62_050])
  })

  test('doubles as well where a host asks for no time at all', async () => {
    const { provider, inner } = setup([[failure('rate-limit', 0)], [failure('rate-limit', 0)]], { baseDelayMs: 100 })
    await provider.complete(request)
    expect(inner.calls.map(({ at }) => at)).toEqual([0, 50, 150])
  })

  test('is not done where the host asks for more than is allowed', async () => {
    const { provider, inner } = setup([[failure('rate-limit', 2001)]], { maxDelayMs: 2000 })
    expect((await errorOf(provider.complete(request))).code).toBe('rate_limit')
    expect(inner.calls.length).toBe(1)
  })

  test('ends at once when the caller aborts, and nothing is left', async () => {
    const clock = createManualClock()
    const inner = scriptedProvider(clock, () => [failure('server')])
    const controller = new AbortController()
    const error = errorOf(compose(inner, retry({ clock })).complete({ ...request, signal: controller.signal }))
    await clock.advance(0)
    expect([inner.calls.length, clock.sleeping]).toEqual([1, 1])
    controller.abort(new RangeError('enough'))
    const { code, cause, attempts } = await error
    expect([code, (cause as Error).message, attempts?.map(each => each.error)]).toEqual([
      'aborted',
      'enough',
      ['server'],
    ])
    expect([clock.sleeping, getEventListeners(controller.signal, 'abort').length]).toEqual([0, 0])
  })

  test('ends when the reader of a stream leaves', async () => {
    const clock = createManualClock()
    const inner = scriptedProvider(clock, () => [failure('server')])
    const stream = compose(inner, retry({ clock })).stream(request)
    const pulled = stream.pull()
    await clock.advance(0)
    expect(clock.sleeping).toBe(1)
    await stream.cancel()
    await pulled
    expect([clock.sleeping, inner.calls.length]).toEqual([0, 1])
    const { attempts, interrupted } = await stream.completion()
    expect([attempts.length, interrupted]).toEqual([1, true])
  })
})

describe('what is tried again', () => {
  test.each([
    ['server', 3],
    ['overloaded', 3],
    ['rate-limit', 3],
    ['timeout', 3],
    ['connection', 3],
    ['authentication', 1],
    ['invalid-request', 1],
    ['quota-exceeded', 1],
    ['malformed-response', 1],
  ] as const)('%s: %i tries', async (kind, tries) => {
    const { provider, inner } = setup(Array.from({ length: 9 }, () => [failure(kind)]))
    const error = await errorOf(provider.complete(request))
    expect([inner.calls.length, error.attempts?.length]).toEqual([tries, tries])
  })

  test('a policy says otherwise, by code or by a function', async () => {
    const policy = { server: false, malformed_response: true }
    const one = setup([[failure('malformed-response')], [failure('server')]], { policy })
    expect((await errorOf(one.provider.complete(request))).code).toBe('server')
    expect(one.inner.calls.length).toBe(2)
    const two = setup([[failure('authentication')]], { policy: error => error.code === 'authentication' })
    expect((await two.provider.complete(request)).text).toBe('ok')
  })

  test('an abort is not, whatever the policy', async () => {
    const { provider, inner } = setup([[10, ...say('late')]], { policy: () => true })
    const signal = AbortSignal.abort()
    expect((await errorOf(provider.complete({ ...request, signal }))).code).toBe('aborted')
    expect(inner.calls.length).toBe(1)
  })

  test.each(['server', 'timeout', 'connection'] as const)('no image after %s, unless it has a key', async kind => {
    const image = { model: 'm', prompt: 'A cat.' }
    const without = setup([[failure(kind)]])
    expect((await errorOf(without.provider.generateImage(image))).attempts?.length).toBe(1)
    const named = setup([[failure(kind)]])
    await named.provider.generateImage({ ...image, idempotencyKey: 'once' })
    expect(named.inner.calls.length).toBe(2)
  })

  test('an image that the host refused to begin', async () => {
    const { provider, inner } = setup([[failure('rate-limit')], [failure('overloaded')]])
    await provider.generateImage({ model: 'm', prompt: 'A cat.' })
    expect(inner.calls.length).toBe(3)
  })

  test('other capabilities, and those that answer in pieces until the first one', async () => {
    const { provider, inner } = setup([
      [failure('server')],
      say('ok'),
      [failure('rate-limit')],
      [...say('a').slice(0, 2), failure('rate-limit')],
    ])
    await provider.embed({ model: 'm', input: ['x'] })
    expect(inner.calls.length).toBe(2)
    const pieces: unknown[] = []
    const error = errorOf(
      (async () => {
        for await (const piece of provider.streamSpeech({ model: 'm', text: 'Hi' })) pieces.push(piece)
      })(),
    )
    expect([(await error).code, pieces.length, inner.calls.length, inner.open]).toEqual(['rate_limit', 2, 4, 0])
  })
})

describe('limits', () => {
  test('no try begins after the budget', async () => {
    const { provider, inner } = setup(
      Array.from({ length: 9 }, () => [100, failure('server')]),
      {
        attempts: 9,
        baseDelayMs: 200,
        maxDelayMs: 200,
        budgetMs: 400,
      },
    )
    await errorOf(provider.complete(request))
    expect(inner.calls.map(({ at }) => at)).toEqual([0, 200, 400])
  })

  test('all tries together have the time of the request', async () => {
    const { provider, inner } = setup(
      Array.from({ length: 9 }, () => [100, failure('server')]),
      {
        attempts: 9,
        baseDelayMs: 200,
        maxDelayMs: 200,
      },
    )
    await errorOf(provider.complete({ ...request, timeout: 500 }))
    expect(inner.calls.map(({ request: { timeout } }) => timeout)).toEqual([500, 300, 100])
  })

  test('two layers do not multiply', async () => {
    const clock = createManualClock({ autoAdvance: true })
    const inner = scriptedProvider(clock, () => [failure('server')])
    const error = await errorOf(compose(inner, retry({ clock, attempts: 4 }), retry({ clock })).complete(request))
    expect([inner.calls.length, error.attempts?.length]).toEqual([3, 3])
  })

  test.each([
    { attempts: 0 },
    { attempts: 1.5 },
    { budgetMs: -1 },
    { baseDelayMs: Number.NaN },
    { retries: 1 },
    { policy: { ratelimit: true } },
  ])('options that cannot be are refused: %o', options => {
    expect(() => retry(options as RetryOptions)).toThrow(expect.objectContaining({ code: 'configuration' }))
  })
})

describe('streams', () => {
  test('are tried again until the first content, and the reader sees one answer', async () => {
    const start = say('x').slice(0, 1)
    const { provider, inner } = setup(
      [
        [failure('overloaded')],
        [...start, failure('server')],
        [...start, { type: 'text-delta', text: '' }, failure('connection')],
        say('one', 'two'),
      ],
      { attempts: 4 },
    )
    const stream = provider.stream(request)
    const events: string[] = []
    for await (const event of stream) events.push(event.type)
    expect(events).toEqual(['start', 'text-delta', 'text-delta', 'usage', 'finish'])
    const { text, attempts } = await stream.completion()
    expect([text, inner.calls.length, inner.open]).toEqual(['onetwo', 4, 0])
    expect(attempts.map(({ error, usage }) => [error, usage?.totalTokens])).toEqual([
      ['overloaded', undefined],
      ['server', undefined],
      ['connection', undefined],
      [undefined, 3],
    ])
  })

  test('are not tried again after it, and say so', async () => {
    const { provider, inner } = setup([[failure('server')], [...say('half').slice(0, 2), 7, failure('server')]])
    const stream = provider.stream(request)
    const error = await errorOf(stream.completion())
    expect([error.partial?.text, inner.calls.length]).toEqual(['half', 2])
    expect(error.attempts).toEqual([
      { provider: 'p', model: 'm', ms: 0, error: 'server' },
      { provider: 'p', model: 'm', ms: 7, error: 'server' },
    ])
  })

  test('that are left early say what they were', async () => {
    const { provider, inner } = setup([[failure('server')]])
    const stream = provider.stream(request)
    for await (const text of stream.textStream) if (text === 'ok') break
    const { attempts, interrupted } = await stream.completion()
    expect([attempts.map(({ error }) => error), interrupted, inner.open]).toEqual([['server', 'aborted'], true, 0])
  })
})

const scripts = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom<ErrorKind>('server', 'overloaded', 'rate-limit', 'connection', 'authentication'),
      after: fc.nat(2),
      ms: fc.nat(50),
      retryAfterMs: fc.option(fc.nat(300), { nil: undefined }),
    }),
    fc.constant('answer' as const),
  ),
  { maxLength: 8 },
)

describe('whatever happens', () => {
  test('the limits hold, every try is listed, nothing is tried after content, and nothing is left', async () => {
    const plans = fc.record({
      attempts: fc.integer({ min: 1, max: 5 }),
      budgetMs: fc.nat(400),
      baseDelayMs: fc.nat(100),
      maxDelayMs: fc.nat(200),
    })
    await fc.assert(
      fc.asyncProperty(scripts, plans, fc.boolean(), async (steps, plan, streamed) => {
        const happenings = steps.map((step): readonly Happening[] =>
          step === 'answer'
            ? say('a', 'b')
            : [step.ms, ...say('a', 'b').slice(0, step.after), failure(step.kind, step.retryAfterMs)],
        )
        const { provider, inner, clock } = setup(happenings, plan)
        const controller = new AbortController()
        const given = { ...request, signal: controller.signal }
        const texts: string[] = []
        const stream = provider.stream(given)
        const read = async (): Promise<void> => {
          for await (const text of stream.textStream) texts.push(text)
        }
        const outcome = await (streamed ? read().then(() => stream.completion()) : provider.complete(given)).catch(
          (error: unknown) => error as LLMError,
        )
        const starts = inner.calls.map(({ at }) => at)
        expect(starts.length).toBeLessThanOrEqual(plan.attempts)
        expect(Math.max(...starts) - (starts[0] ?? 0)).toBeLessThanOrEqual(plan.budgetMs)
        expect(outcome.attempts?.length).toBe(starts.length)
        const successes = outcome.attempts?.filter(({ error }) => error === undefined).length
        expect(successes).toBe(LLMError.is(outcome) ? 0 : 1)
        if (streamed) expect(['', 'a', 'ab', 'ok']).toContain(texts.join(''))
        expect([inner.open, clock.sleeping, getEventListeners(controller.signal, 'abort').length]).toEqual([0, 0, 0])
      }),
      { numRuns: 300 },
    )
  })
})
