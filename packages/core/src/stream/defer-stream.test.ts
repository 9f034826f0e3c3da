import { expect, test } from 'vitest'
import { CompletionAccumulator } from './accumulator.ts'
import { CompletionStream } from './completion-stream.ts'
import { deferStream } from './defer-stream.ts'

/** A stream of batches that tells whether it was closed. */
function streamOf(...texts: string[]): { stream: CompletionStream; closed: () => boolean } {
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
  })
  return { stream, closed: () => closed }
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
  gate.resolve(undefined)
  expect(await first).toEqual({ done: true, value: undefined })
  expect(closed()).toBe(true)
  expect((await deferred.completion()).interrupted).toBe(true)
})
