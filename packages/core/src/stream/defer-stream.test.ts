import { describe, expect, test, vi } from 'vitest'
import { TimeoutError } from '../errors/timeout-error.ts'
import { CompletionAccumulator } from './accumulator.ts'
import { CompletionStream } from './completion-stream.ts'
import { deferStream } from './defer-stream.ts'

/** A stream of batches that tells whether it was closed. */
function streamOf(...texts: string[]): {
  stream: CompletionStream
  closed: () => boolean
  ping: () => void
} {
  const pings: (() => void)[] = []
  const accumulator = new CompletionAccumulator()
  let closed = false
  const stream = new CompletionStream({
    pull() {
      const text = texts.shift()
      if (text === undefined) return Promise.resolve(undefined)
      accumulator.push({ type: 'text-delta', text })
      return Promise.resolve([{ type: 'text-delta', text }])
    },
    cancel() {
      closed = true
      return Promise.resolve()
    },
    snapshot: interrupted => accumulator.snapshot(interrupted),
    onPing: listener => pings.push(listener),
  })
  const ping = (): void => {
    for (const listener of pings) listener()
  }
  return { stream, closed: () => closed, ping }
}

test('opens on the first read and passes everything on', async () => {
  const { stream } = streamOf('a', 'b')
  let opened = 0
  const deferred = deferStream(() => {
    opened += 1
    return Promise.resolve(stream)
  })
  expect([opened, deferred.snapshot().text]).toEqual([0, ''])
  expect((await deferred.completion()).text).toBe('ab')
  expect(opened).toBe(1)
})

test('tells whoever waits that the reader has gone, and closes what is opened all the same', async () => {
  const { stream, closed } = streamOf('a')
  const gate = Promise.withResolvers<undefined>()
  let left: AbortSignal | undefined
  const deferred = deferStream(async signal => {
    left = signal
    await gate.promise
    return stream
  })
  const iterator = deferred[Symbol.asyncIterator]()
  const first = iterator.next()
  await iterator.return?.()
  expect(left?.aborted).toBe(true)
  expect(await first).toEqual({ done: true, value: undefined })
  gate.resolve(undefined)
  await vi.waitFor(() => {
    expect(closed()).toBe(true)
  })
  expect((await deferred.completion()).interrupted).toBe(true)
})

test('passes on first what was read to see whether it is the one', async () => {
  const { stream } = streamOf('a', 'b', 'c')
  const deferred = deferStream(async (_, attempt) => {
    attempt(stream)
    return { stream, head: [...((await stream.pull()) ?? []), ...((await stream.pull()) ?? [])] }
  })
  const texts: string[] = []
  for await (const text of deferred.textStream) texts.push(text)
  expect(texts).toEqual(['a', 'b', 'c'])
})

test('changes the completion before anybody gets it', async () => {
  const complete = vi.fn(completion => ({ ...completion, id: 'mine' }))
  const deferred = deferStream(() => Promise.resolve(streamOf('a').stream), { complete })
  const seen: string[] = []
  deferred.observe({ onEnd: ({ id, text }) => seen.push(id, text) })
  expect((await deferred.completion()).id).toBe('mine')
  expect(seen).toEqual(['mine', 'a'])
})

describe('streams around streams', () => {
  test('are read without a step between, and each is told of everything, the innermost first', async () => {
    const { stream } = streamOf('a', 'b')
    const log: string[] = []
    const watch = (name: string, watched: CompletionStream): CompletionStream =>
      watched.observe({
        onPull: () => log.push(`${name} pull`),
        onEvent: event => log.push(`${name} ${event.type === 'text-delta' ? event.text : ''}`),
        onEnd: ({ text }) => log.push(`${name} end ${text}`),
      })
    const middle = watch(
      '2',
      deferStream(() => Promise.resolve(watch('1', stream))),
    )
    const outer = watch(
      '3',
      deferStream(() => Promise.resolve(middle)),
    )
    await outer.completion()
    expect(log.filter(line => !line.includes('pull'))).toEqual([
      ...['1 a', '2 a', '3 a', '1 b', '2 b', '3 b'],
      ...['1 end ab', '2 end ab', '3 end ab'],
    ])
    expect(['1', '2', '3'].map(name => log.filter(line => line === `${name} pull`).length)).toEqual([3, 3, 3])
    expect((await middle.completion()).text).toBe('ab')
  })

  test('pass pings on, from every stream that is tried', () => {
    const [failed, chosen] = [streamOf(), streamOf('a')]
    const seen: string[] = []
    const deferred = deferStream((_, attempt) => {
      attempt(failed.stream)
      failed.ping()
      attempt(chosen.stream)
      return Promise.resolve(chosen.stream)
    }).observe({ onPing: () => seen.push('before') })
    void deferred.pull()
    deferred.observe({ onPing: () => seen.push('after') })
    chosen.ping()
    expect(seen).toEqual(['before', 'before', 'after'])
  })

  test.each(['inner', 'middle', 'outer'] as const)(
    'end with the error that ended the %s one from outside',
    async at => {
      const inner = streamOf('a', 'b')
      const middle = deferStream(() => Promise.resolve(inner.stream))
      const outer = deferStream(() => Promise.resolve(middle))
      const ends: (string | undefined)[] = []
      outer.observe({ onEnd: (_, error) => ends.push(error?.code) })
      await outer.pull()
      await outer.pull()
      const error = new TimeoutError({ message: 'Enough.', timer: 'idle' })
      const failing = { inner: inner.stream, middle, outer }[at]
      failing.fail(error)
      failing.fail(new TimeoutError({ message: 'Too late.', timer: 'total' }))
      await expect(outer.pull()).rejects.toBe(error)
      expect(await outer.pull()).toBeUndefined()
      await expect(outer.completion()).rejects.toBe(error)
      expect([error.partial?.text, inner.closed(), ends]).toEqual(['ab', true, ['timeout']])
    },
  )

  test('that are ended from outside while they open do not wait', async () => {
    const deferred = deferStream(() => new Promise(() => undefined))
    const pulled = deferred.pull()
    const error = new TimeoutError({ message: 'Enough.', timer: 'first-content' })
    deferred.fail(error)
    await expect(pulled).rejects.toBe(error)
  })
})
