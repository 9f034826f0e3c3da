import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { CompletionRequest } from '../completion.ts'
import { ServerError } from '../errors/server-error.ts'
import { TimeoutError } from '../errors/timeout-error.ts'
import type { CompletionEvent } from '../stream/events.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { say, scriptedProvider, type Happening } from '../testing/scripted-provider.ts'
import { compose } from './compose.ts'
import { retry } from './retry.ts'
import { timeouts, type TimeoutOptions } from './timeouts.ts'

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
const [start, text, usage, finish] = say('x') as [CompletionEvent, CompletionEvent, CompletionEvent, CompletionEvent]
const thought: CompletionEvent = { type: 'reasoning-delta', text: 'Hm.' }

function setup(script: readonly Happening[], options: TimeoutOptions) {
  const clock = createManualClock()
  const inner = scriptedProvider(clock, () => script)
  return { clock, inner, provider: compose(inner, timeouts({ ...options, clock })) }
}

/** Reads a stream to its end, and says how it ended and when. */
async function run(script: readonly Happening[], options: TimeoutOptions) {
  const { clock, inner, provider } = setup(script, options)
  const { signal } = new AbortController()
  const stream = provider.stream({ ...request, signal })
  let endedAt = Number.NaN
  const outcome = stream.completion().then(
    () => 'whole',
    (error: unknown) => (error instanceof TimeoutError ? error.timer : String(error)),
  )
  void outcome.then(() => (endedAt = clock.now()))
  await clock.advance(100_000)
  expect([clock.sleeping, inner.open, getEventListeners(signal, 'abort').length]).toEqual([0, 0, 0])
  return [await outcome, endedAt]
}

describe('a stream', () => {
  test.each<[string, readonly Happening[], TimeoutOptions, readonly [string, number]]>([
    [
      'that is quick',
      [10, ...say('a', 'b')],
      { totalMs: 11, firstContentMs: 11, livenessMs: 11, idleMs: 11 },
      ['whole', 10],
    ],
    ['of which the whole takes too long', [60, start, 60, text, 60, finish], { totalMs: 130 }, ['total', 130]],
    ['that does not begin', [Infinity], { firstContentMs: 50, livenessMs: 60 }, ['first-content', 50]],
    [
      'that begins with anything but content',
      [20, start, 20, usage, 20, text, finish],
      { firstContentMs: 50 },
      ['first-content', 50],
    ],
    [
      'that pings instead of beginning',
      [20, 'ping', 20, 'ping', 20, 'ping', 20, text],
      { firstContentMs: 50, livenessMs: 30 },
      ['first-content', 50],
    ],
    ['that is dead from the start', [Infinity], { livenessMs: 30 }, ['liveness', 30]],
    ['that dies', [20, 'ping', 25, 'ping', Infinity], { livenessMs: 30 }, ['liveness', 75]],
    ['that dies between words', [20, start, text, Infinity], { livenessMs: 30, idleMs: 40 }, ['liveness', 50]],
    [
      'that pings for ever',
      [start, text, ...Array.from({ length: 99 }, (): Happening[] => [10, 'ping']).flat(), Infinity],
      { livenessMs: 30, idleMs: 200 },
      ['idle', 200],
    ],
    [
      'that goes on slowly',
      [29, text, 29, text, 29, text, 29, finish],
      { idleMs: 30, firstContentMs: 30 },
      ['whole', 116],
    ],
    ['that stops', [10, text, 20, text, Infinity], { idleMs: 30, firstContentMs: 500 }, ['idle', 60]],
    [
      'that thinks',
      [10, thought, 80, thought, 80, text, 20, finish],
      { idleMs: 30, idleReasoningMs: 90 },
      ['whole', 190],
    ],
    ['that thinks too long', [10, thought, 100, text, finish], { idleMs: 30, idleReasoningMs: 90 }, ['idle', 100]],
    [
      'that has thought, and then is idle',
      [10, thought, 80, text, 40, finish],
      { idleMs: 30, idleReasoningMs: 90 },
      ['idle', 120],
    ],
    ['that thinks without a limit of its own', [10, thought, 80, text, finish], { idleMs: 30 }, ['idle', 40]],
    ['with nothing limited', [1000, text, 50_000, finish], {}, ['whole', 51_000]],
  ])('%s', async (...[, script, options, ending]) => {
    expect(await run(script, options)).toEqual(ending)
  })

  test('is not blamed for a reader who takes time', async () => {
    const { clock, provider } = setup([10, start, 10, text, 10, text, 10, finish], {
      firstContentMs: 25,
      livenessMs: 15,
      idleMs: 15,
    })
    const stream = provider.stream(request)
    const reading = (async () => {
      for await (const event of stream) await clock.sleep(event.type === 'finish' ? 0 : 1000)
    })()
    await clock.advance(5000)
    await reading
    expect((await stream.completion()).finishReason).toBe('stop')
  })

  test('tells its reader at the next read when the whole took too long', async () => {
    const { clock, provider, inner } = setup([text, text, finish], { totalMs: 100 })
    const stream = provider.stream(request)
    await stream.pull()
    await clock.advance(100)
    expect(inner.open).toBe(0)
    await expect(stream.pull()).rejects.toMatchObject({ code: 'timeout', timer: 'total', partial: { text: 'x' } })
    await expect(stream.completion()).rejects.toMatchObject({ provider: 'p', model: 'm', retryable: true })
  })

  test('that is left early leaves nothing', async () => {
    const { clock, provider, inner } = setup([text, Infinity], { totalMs: 100, livenessMs: 10 })
    const reader = provider.stream(request)[Symbol.asyncIterator]()
    await reader.next()
    await reader.return?.()
    expect([clock.sleeping, inner.open]).toEqual([0, 0])
  })

  test('is a try of its own inside retry, and all of them outside', async () => {
    const clock = createManualClock({ autoAdvance: true })
    const scripts: readonly (readonly Happening[])[] = [
      [start, Infinity],
      [new ServerError({ message: 'x', retryable: true })],
    ]
    const make = () => scriptedProvider(clock, call => scripts[call - 1] ?? [20, ...say('ok')])
    const again = retry({ clock, random: () => 0.5, baseDelayMs: 20 })
    const inside = await compose(make(), again, timeouts({ firstContentMs: 30, clock }))
      .stream(request)
      .completion()
    expect([inside.text, inside.attempts.map(({ error, ms }) => [error, ms])]).toEqual([
      'ok',
      [
        ['timeout', 30],
        ['server', 0],
        [undefined, 20],
      ],
    ])
    const outside = make()
    const stream = compose(outside, timeouts({ firstContentMs: 30, clock }), again).stream(request)
    await expect(stream.completion()).rejects.toMatchObject({ timer: 'first-content' })
    expect([outside.calls.length, outside.open, clock.sleeping]).toEqual([1, 0, 0])
  })
})

describe('a whole call', () => {
  test.each(['complete', 'embed'] as const)('%s is ended and given up when its time is over', async operation => {
    const { clock, provider, inner } = setup([Infinity], { totalMs: 50, firstContentMs: 10 })
    const { signal } = new AbortController()
    const failing = (
      operation === 'embed'
        ? provider.embed({ model: 'm', input: ['x'], signal })
        : provider.complete({ ...request, signal })
    ).catch((error: unknown) => error)
    await clock.advance(49)
    expect(inner.open).toBe(1)
    await clock.advance(1)
    expect(await failing).toMatchObject({ timer: 'total', message: 'p: the call took longer than 50 ms.' })
    expect([inner.open, clock.sleeping, getEventListeners(signal, 'abort').length]).toEqual([0, 0, 0])
  })

  test('that is in time leaves nothing, and other errors are its own', async () => {
    const { clock, provider } = setup(say('ok'), { totalMs: 50 })
    expect((await provider.complete(request)).text).toBe('ok')
    await expect(provider.complete({ ...request, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    })
    expect(clock.sleeping).toBe(0)
  })

  test('in pieces has one limit for all of them', async () => {
    const { clock, provider, inner } = setup([10, text, 30, text, 30, finish], { totalMs: 50 })
    const pieces: unknown[] = []
    const reading = (async () => {
      for await (const piece of provider.streamSpeech({ model: 'm', text: 'Hi' })) pieces.push(piece)
    })().catch((error: unknown) => error)
    await clock.advance(1000)
    expect([await reading, pieces.length, inner.open, clock.sleeping]).toMatchObject([{ timer: 'total' }, 2, 0, 0])
  })
})

test('options that cannot be are refused', () => {
  expect(() => timeouts({ idleMs: -1 })).toThrow('idleMs')
  expect(() => timeouts({ idle: 1 } as TimeoutOptions)).toThrow('idle')
})
