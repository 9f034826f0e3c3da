import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Completion } from '../completion.ts'
import { AbortedError } from '../errors/aborted-error.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import type { LLMError } from '../errors/llm-error.ts'
import { ServerError } from '../errors/server-error.ts'
import { CompletionAccumulator } from './accumulator.ts'
import { CompletionStream } from './completion-stream.ts'
import { deferStream } from './defer-stream.ts'
import type { CompletionEvent } from './events.ts'

const text = (value: string): CompletionEvent => ({ type: 'text-delta', text: value })
const finish: CompletionEvent = { type: 'finish', finishReason: 'stop' }
type Batch = readonly CompletionEvent[] | Error | (() => Promise<readonly CompletionEvent[]>)

/** A stream that gives batches one pull at a time; an error is thrown, a function called. */
function script(...batches: readonly Batch[]) {
  const accumulator = new CompletionAccumulator()
  const left = [...batches]
  const source = { pulls: 0, busy: 0, mostBusy: 0, cancel: vi.fn(() => Promise.resolve()) }
  const pull = async (): Promise<readonly CompletionEvent[] | undefined> => {
    const next = left.shift()
    await Promise.resolve()
    if (next instanceof Error) throw next
    const batch = typeof next === 'function' ? await next() : next
    batch?.forEach(event => {
      accumulator.push(event)
    })
    return batch
  }
  const stream = new CompletionStream({
    pull: async () => {
      source.pulls++
      source.mostBusy = Math.max(source.mostBusy, ++source.busy)
      try {
        return await pull()
      } finally {
        source.busy--
      }
    },
    cancel: source.cancel,
    snapshot: interrupted => accumulator.snapshot(interrupted),
  })
  return { stream, source }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const unhandled = vi.fn()
beforeAll(() => process.on('unhandledRejection', unhandled))
afterAll(async () => {
  await new Promise(resolve => setTimeout(resolve, 5))
  process.off('unhandledRejection', unhandled)
  expect(unhandled).not.toHaveBeenCalled()
})

describe('reading', () => {
  test('events come in order, over batches and empty batches', async () => {
    const { stream, source } = script([text('a'), text('b')], [], [text('c'), finish])
    expect(source.pulls).toBe(0)
    expect(await collect(stream)).toEqual([text('a'), text('b'), text('c'), finish])
    expect(source.cancel).not.toHaveBeenCalled()
    expect((await stream.completion()).text).toBe('abc')
  })

  test('the text alone, without empty pieces', async () => {
    const { stream } = script([text('a'), text(''), { type: 'reasoning-delta', text: 'hm' }], [text('b'), finish])
    expect(await collect(stream.textStream)).toEqual(['a', 'b'])
    expect((await stream.completion()).reasoning).toBe('hm')
  })

  test('completion() alone reads to the end, once', async () => {
    const { stream, source } = script([text('a')], [finish])
    const [first, second] = await Promise.all([stream.completion(), stream.completion()])
    expect(first).toBe(second)
    expect(first).toMatchObject({ text: 'a', finishReason: 'stop' })
    expect(source.pulls).toBe(3)
  })

  test('completion() beside a reading waits for it', async () => {
    const { stream } = script([text('a')], [finish])
    const iterator = stream[Symbol.asyncIterator]()
    const completion = stream.completion()
    expect(await iterator.next()).toEqual({ done: false, value: text('a') })
    expect(stream.snapshot().text).toBe('a')
    await iterator.next()
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
    expect(await completion).toMatchObject({ finishReason: 'stop' })
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  test('a second reading is an error with a hint', async () => {
    const { stream } = script([finish])
    await collect(stream)
    expect(() => stream[Symbol.asyncIterator]()).toThrow(ConfigurationError)
    await expect(collect(stream.textStream)).rejects.toMatchObject({
      code: 'configuration',
      hint: expect.stringContaining('once'),
    })
    expect(() => stream.toReadableStream()).toThrow('already being read')
  })

  test('reads that overlap lose nothing and pull one at a time', async () => {
    const { stream, source } = script([text('a'), text('b')], [text('c'), finish])
    const iterator = stream[Symbol.asyncIterator]()
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => iterator.next()))
    expect(results.map(({ value }) => value)).toEqual([text('a'), text('b'), text('c'), finish, undefined])
    expect(source.mostBusy).toBe(1)
  })
})

describe('leaving early', () => {
  test('break closes the source and gives what had arrived', async () => {
    const { stream, source } = script([text('a'), text('b')], [text('c'), finish])
    for await (const event of stream) if (event.type === 'text-delta') break
    expect(source.cancel).toHaveBeenCalledTimes(1)
    expect(await stream.completion()).toMatchObject({ text: 'ab', interrupted: true, finishReason: 'other' })
  })

  test('break out of the text does as well', async () => {
    const { stream, source } = script([text('a')], [finish])
    for await (const piece of stream.textStream) if (piece === 'a') break
    expect(source.cancel).toHaveBeenCalledTimes(1)
  })

  test('an error of the reader does as well', async () => {
    const { stream, source } = script([text('a')], [finish])
    const reading = async (): Promise<void> => {
      for await (const event of stream) throw new RangeError(`mine ${event.type}`)
    }
    await expect(reading()).rejects.toThrow('mine')
    expect(source.cancel).toHaveBeenCalledTimes(1)
  })

  test('cancel before, during and after is safe', async () => {
    const { stream, source } = script([text('a')], [finish])
    await stream.cancel()
    await stream.cancel()
    expect(await collect(stream)).toEqual([])
    expect(source.pulls).toBe(0)
    expect(source.cancel).toHaveBeenCalledTimes(1)
    const whole = script([finish])
    await collect(whole.stream)
    await whole.stream.cancel()
    expect(whole.source.cancel).not.toHaveBeenCalled()
  })

  test('a read that waits while the stream is cancelled just ends, whatever the source then does', async () => {
    for (const outcome of [
      () => Promise.resolve([text('late')]),
      () => Promise.reject(new ServerError({ message: 'late' })),
    ]) {
      const gate = Promise.withResolvers<undefined>()
      const { stream } = script(() => gate.promise.then(outcome))
      const iterator = stream[Symbol.asyncIterator]()
      const waiting = iterator.next()
      await iterator.return?.()
      gate.resolve(undefined)
      expect(await waiting).toEqual({ done: true, value: undefined })
      expect(await stream.completion()).toMatchObject({ interrupted: true })
    }
  })
})

describe('failing', () => {
  test('the error is thrown with what had arrived, and completion() throws it too', async () => {
    const { stream } = script([text('a')], new ServerError({ message: 'broke', retryable: true }))
    const error = await collect(stream).catch((thrown: unknown) => thrown as LLMError)
    expect(error).toMatchObject({ code: 'server', partial: { text: 'a', interrupted: true } })
    await expect(stream.completion()).rejects.toBe(error)
  })

  test('completion() alone throws it', async () => {
    const { stream } = script(new ServerError({ message: 'broke' }))
    await expect(stream.completion()).rejects.toMatchObject({ code: 'server', partial: { text: '' } })
  })

  test('after an abort the reading throws, and completion() gives what had arrived', async () => {
    const { stream } = script([text('a')], new AbortedError({ message: 'stop' }))
    await expect(collect(stream)).rejects.toMatchObject({ code: 'aborted', partial: { text: 'a' } })
    expect(await stream.completion()).toMatchObject({ text: 'a', interrupted: true })
  })

  test('what an inner stream attached stays', async () => {
    const { stream: inner } = script([text('inner')], new ServerError({ message: 'broke' }))
    const error = await collect(deferStream(() => Promise.resolve(inner))).catch(
      (thrown: unknown) => thrown as LLMError,
    )
    expect(error).toMatchObject({ partial: { text: 'inner' } })
  })
})

describe('as a web stream', () => {
  test('it connects on the first read and gives all events', async () => {
    const { stream, source } = script([text('a'), text('b')], [finish])
    const web = stream.toReadableStream()
    await new Promise(resolve => setTimeout(resolve, 2))
    expect(source.pulls).toBe(0)
    expect(await collect(web)).toEqual([text('a'), text('b'), finish])
  })

  test('cancelling it closes the source', async () => {
    const { stream, source } = script([text('a'), text('b')], [finish])
    const reader = stream.toReadableStream().getReader()
    await reader.read()
    await reader.cancel()
    expect(source.cancel).toHaveBeenCalledTimes(1)
    expect(await stream.completion()).toMatchObject({ interrupted: true })
  })

  test('an error goes through', async () => {
    const { stream } = script([text('a')], new ServerError({ message: 'broke' }))
    await expect(collect(stream.toReadableStream())).rejects.toMatchObject({ code: 'server' })
  })
})

describe('hooks', () => {
  test('see the events that came at once, before each of them', async () => {
    const log: unknown[] = []
    const { stream } = script([text('a'), text('b')], [finish])
    stream.observe({ onEvent: event => log.push(event), onBatch: batch => log.push(batch) })
    for await (const event of stream) log.push(event.type)
    const [a, b] = [text('a'), text('b')]
    expect(log).toEqual([[a, b], a, b, 'text-delta', 'text-delta', [finish], finish, 'finish'])
  })

  test('see every event before the reader, in the order they were put on, and the end once', async () => {
    const log: string[] = []
    const hook = (name: string) => ({
      onEvent: (event: CompletionEvent) => log.push(`${name} ${event.type}`),
      onEnd: (completion: Completion, error?: LLMError) =>
        log.push(`${name} end ${completion.text} ${String(error?.code)}`),
    })
    const { stream } = script([text('a')], [finish])
    expect(stream.observe(hook('1'))).toBe(stream)
    stream.observe(hook('2')).observe({})
    for await (const event of stream) log.push(`reader ${event.type}`)
    await stream.cancel()
    expect(log).toEqual([
      ...['1 text-delta', '2 text-delta', 'reader text-delta', '1 finish', '2 finish', 'reader finish'],
      ...['1 end a undefined', '2 end a undefined'],
    ])
  })

  test('are told of an error and of leaving', async () => {
    const onEnd = vi.fn()
    await collect(script(new ServerError({ message: 'x' })).stream.observe({ onEnd })).catch(() => undefined)
    expect(onEnd).toHaveBeenLastCalledWith(
      expect.objectContaining({ interrupted: true }),
      expect.objectContaining({ code: 'server' }),
    )
    for await (const { type } of script([text('a')]).stream.observe({ onEnd })) if (type) break
    expect(onEnd).toHaveBeenLastCalledWith(expect.objectContaining({ text: 'a', interrupted: true }), undefined)
    expect(onEnd).toHaveBeenCalledTimes(2)
  })

  test.each([
    ['of this library', new ConfigurationError({ message: 'over budget' })],
    ['of its own', new RangeError('over budget')],
  ])('one that throws an error %s ends the stream and closes the source', async (_name, error) => {
    const hooks = {
      onEvent: vi.fn(() => {
        throw error
      }),
    }
    const read = script([text('a')], [finish])
    await expect(collect(read.stream.observe(hooks))).rejects.toBe(error)
    expect(read.source.cancel).toHaveBeenCalledTimes(1)
    await expect(read.stream.completion()).rejects.toBe(error)
    await expect(
      script([text('a')])
        .stream.observe(hooks)
        .completion(),
    ).rejects.toBe(error)
  })

  test('one that throws at the end does not keep the connection open', async () => {
    const onEnd = (): void => {
      throw new RangeError('mine')
    }
    const { stream, source } = script([text('a')], [finish])
    await expect(stream.observe({ onEnd }).cancel()).rejects.toThrow('mine')
    expect(source.cancel).toHaveBeenCalledTimes(1)
    await expect(collect(script([finish]).stream.observe({ onEnd }))).rejects.toThrow('mine')
  })
})

describe('a deferred stream', () => {
  test('opens on the first read and passes batches on', async () => {
    const { stream: inner } = script([text('a'), text('b')], [finish])
    const open = vi.fn(() => Promise.resolve(inner))
    const stream = deferStream(open)
    expect(stream.snapshot()).toMatchObject({ text: '', provider: '' })
    expect(open).not.toHaveBeenCalled()
    expect(await stream.pull()).toEqual([text('a'), text('b')])
    expect(await collect(stream)).toEqual([finish])
    expect(open).toHaveBeenCalledTimes(1)
    expect((await stream.completion()).text).toBe('ab')
  })

  test('that cannot be opened throws that', async () => {
    const error = new ConfigurationError({ message: 'no' })
    const stream = deferStream(() => Promise.reject(error))
    await expect(collect(stream)).rejects.toBe(error)
    await expect(stream.completion()).rejects.toBe(error)
  })

  test('that is left closes the inner one', async () => {
    const { stream: inner, source } = script([text('a')], [finish])
    for await (const { type } of deferStream(() => Promise.resolve(inner))) if (type) break
    expect(source.cancel).toHaveBeenCalledTimes(1)
  })

  test('that is left before it was opened is never opened', async () => {
    const open = vi.fn(() => Promise.resolve(script([finish]).stream))
    const stream = deferStream(open)
    await stream.cancel()
    expect(await collect(stream)).toEqual([])
    expect(open).not.toHaveBeenCalled()
  })

  test('that is left while it opens closes the inner one, without a read', async () => {
    const gate = Promise.withResolvers<CompletionStream>()
    const { stream: inner, source } = script([text('a')], [finish])
    const stream = deferStream(() => gate.promise)
    const waiting = stream[Symbol.asyncIterator]().next()
    await stream.cancel()
    gate.resolve(inner)
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect([source.pulls, source.cancel.mock.calls.length]).toEqual([0, 1])
  })
})
