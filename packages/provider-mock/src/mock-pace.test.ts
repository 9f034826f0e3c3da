import type { LLMError } from '@llm/core'
import { AbortedError, ConfigurationError, ServerError, TimeoutError, type CompletionRequest } from '@llm/core'
import { createManualClock, type ManualClock } from '@llm/core/testing'
import { expect, test } from 'vitest'
import { fail, mock, type MockProvider } from './index.ts'

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'a b c d e' }] }

const arrivals = async (provider: MockProvider, clock: ManualClock): Promise<number[]> => {
  const times: number[] = []
  for await (const text of provider.stream(request).textStream) if (text !== '') times.push(clock.now())
  return times
}

test('tokens come at their pace, after the first has taken its time', async () => {
  const clock = createManualClock({ autoAdvance: true })
  const provider = mock({ clock, pace: { firstTokenMs: 300, tokensPerSecond: 20 } })
  expect(await arrivals(provider, clock)).toEqual([300, 350, 400, 450, 500])
  await provider.complete(request)
  expect(clock.now()).toBe(1000)
})

test('a reply may have a pace and a delay of its own', async () => {
  const clock = createManualClock({ autoAdvance: true })
  const reply = { text: 'a b c', delayMs: 1000, pace: { tokensPerSecond: 10 } }
  expect(await arrivals(mock({ clock, replies: [reply], pace: { firstTokenMs: 7 } }), clock)).toEqual([
    1000, 1100, 1200,
  ])
})

test('jitter stays within its share, and is the same for the same seed', async () => {
  const run = async (seed: number): Promise<number[]> => {
    const clock = createManualClock({ autoAdvance: true })
    const times = await arrivals(
      mock({ clock, seed, pace: { firstTokenMs: 100, tokensPerSecond: 10, jitter: 0.5 } }),
      clock,
    )
    return times.map((time, index) => time - (times[index - 1] ?? 0))
  }
  const waits = await run(1)
  for (const wait of waits) {
    expect(wait).toBeGreaterThanOrEqual(50)
    expect(wait).toBeLessThanOrEqual(150)
  }
  expect(new Set(waits).size).toBe(5)
  expect(await run(1)).toEqual(waits)
  expect(await run(2)).not.toEqual(waits)
})

test('a timeout ends a slow stream, with what had arrived', async () => {
  const clock = createManualClock({ autoAdvance: true })
  const stream = mock({ clock, pace: { tokensPerSecond: 10 } }).stream({ ...request, timeout: 250 })
  const error = await stream.completion().catch((reason: unknown) => reason as LLMError)
  expect(error).toBeInstanceOf(TimeoutError)
  expect(error).toMatchObject({
    timer: 'total',
    message: 'mock: the call took longer than 250 ms.',
    partial: { text: 'a b c' },
  })
  expect(clock.now()).toBe(250)
})

test('the timeout of the settings holds where the request has none', async () => {
  const provider = mock({ clock: createManualClock({ autoAdvance: true }), timeout: 10, pace: { firstTokenMs: 50 } })
  await expect(provider.complete(request)).rejects.toThrow('longer than 10 ms')
  await expect(provider.complete({ ...request, timeout: 90 })).resolves.toMatchObject({ text: 'a b c d e' })
  await expect(provider.embed({ model: 'm', input: ['x'] })).rejects.toThrow(TimeoutError)
})

test('an abort ends a wait at once, from complete too', async () => {
  const clock = createManualClock()
  const controller = new AbortController()
  const provider = mock({ clock, pace: { tokensPerSecond: 1 } })
  const call = provider.complete({ ...request, signal: controller.signal })
  await clock.advance(500)
  expect(clock.sleeping).toBe(1)
  controller.abort('enough')
  await expect(call).rejects.toBeInstanceOf(AbortedError)
  expect(clock.sleeping).toBe(0)
  expect(clock.now()).toBe(500)
  expect(provider.calls[0]).toMatchObject({ ms: 500, error: { code: 'aborted' } })
})

test('a signal that is aborted already', async () => {
  const signal = AbortSignal.abort()
  const provider = mock()
  await expect(provider.complete({ ...request, signal })).rejects.toBeInstanceOf(AbortedError)
  await expect(provider.embed({ model: 'm', input: ['x'], signal })).rejects.toBeInstanceOf(AbortedError)
})

test('leaving a stream early ends the call, also while it waits', async () => {
  const clock = createManualClock()
  const provider = mock({ clock, pace: { tokensPerSecond: 1 } })
  for await (const event of provider.stream(request)) if (event.type === 'start') break
  expect(provider.calls[0]).toEqual({ operation: 'stream', request, startedAt: 0, ms: 0 })
  const stream = provider.stream(request)
  const iterator = stream[Symbol.asyncIterator]()
  await iterator.next()
  await iterator.next()
  const pending = iterator.next()
  await clock.advance(10)
  await stream.cancel()
  expect(await pending).toEqual({ done: true, value: undefined })
  expect(clock.sleeping).toBe(0)
  expect(provider.calls[1]?.ms).toBe(10)
})

test('a stream that is cancelled before its first read is no call', async () => {
  const provider = mock()
  const stream = provider.stream(request)
  await stream.cancel()
  expect(await stream.completion()).toMatchObject({ content: [], interrupted: true })
  expect(provider.calls).toEqual([])
})

test('reply functions get the request, the number of the call, and a signal that ends with the call', async () => {
  const signals: AbortSignal[] = []
  const provider = mock({
    replies: [
      async ({ model }, { call, signal }) => {
        signals.push(signal)
        await Promise.resolve()
        return () => `${model} ${String(call)}`
      },
    ],
  })
  expect((await provider.complete(request)).text).toBe('m 1')
  expect((await provider.complete(request)).text).toBe('m 2')
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
})

test('a reply function that never answers ends with the time limit, the signal, or the reader', async () => {
  const clock = createManualClock()
  const controller = new AbortController()
  const provider = mock({ clock, replies: [() => new Promise<string>(() => undefined)] })
  const timed = expect(provider.complete({ ...request, timeout: 100 })).rejects.toBeInstanceOf(TimeoutError)
  await clock.advance(100)
  await timed
  const aborted = expect(provider.complete({ ...request, signal: controller.signal })).rejects.toBeInstanceOf(
    AbortedError,
  )
  controller.abort()
  await aborted
  const stream = provider.stream(request)
  const pending = stream[Symbol.asyncIterator]().next()
  await stream.cancel()
  expect(await pending).toMatchObject({ done: true })
  expect(clock.sleeping).toBe(0)
})

test('a reply function that throws: errors of the library as they are, others as a configuration error', async () => {
  const own = new ServerError({ message: 'mine' })
  const throws = (error: unknown) => (): string => {
    throw error
  }
  await expect(mock({ replies: [throws(own)] }).complete(request)).rejects.toBe(own)
  for (const thrown of [new Error('expected 1 to be 2'), 'expected 1 to be 2']) {
    const error = await mock({ replies: [throws(thrown)] })
      .complete(request)
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ConfigurationError)
    expect((error as LLMError).message).toContain('a function that threw: expected 1 to be 2')
  }
  await expect(mock({ replies: [() => 42 as never] }).complete(request)).rejects.toThrow(
    'A reply of the mock is number',
  )
})

test('calls at the same time do not mix', async () => {
  const clock = createManualClock({ autoAdvance: true })
  const provider = mock({
    clock,
    replies: ['a a', 'b b', fail('server', { delayMs: 5 })],
    pace: { tokensPerSecond: 100 },
  })
  const results = await Promise.allSettled([
    provider.complete(request),
    provider.complete(request),
    provider.complete(request),
  ])
  expect(
    results.map(result => (result.status === 'fulfilled' ? result.value.text : (result.reason as LLMError).code)),
  ).toEqual(['a a', 'b b', 'server'])
})
