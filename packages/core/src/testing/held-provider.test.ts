import { expect, test } from 'vitest'
import { ServerError } from '../errors/server-error.ts'
import { createHeldProvider } from './held-provider.ts'

const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const

test('answers when it is told to, whole or streamed, or fails', async () => {
  const { provider, calls } = createHeldProvider()
  const whole = provider.complete(request)
  const streamed = provider.stream(request).completion()
  const embedded = provider.embed({ model: 'm', input: ['a', 'b'] })
  const failed = provider.complete(request)
  await new Promise(setImmediate)
  expect(calls.map(call => call.operation)).toEqual(['complete', 'embed', 'complete', 'stream'])
  calls[0]?.answer({ text: 'one', headers: { a: 'b' } })
  calls[1]?.answer()
  calls[2]?.fail(new ServerError({ message: 'no' }))
  calls[3]?.emit({ type: 'text-delta', text: 'two ' })
  calls[3]?.answer({ text: 'parts', usage: { inputTokens: 1, source: 'reported' } })
  expect(await whole).toMatchObject({ text: 'one', response: { headers: { a: 'b' } } })
  expect(await streamed).toMatchObject({ text: 'two parts', usage: { inputTokens: 1 } })
  expect((await embedded).vectors).toHaveLength(2)
  await expect(failed).rejects.toThrow('no')
})

test('sees who leaves, by signal or by not reading on', async () => {
  const { provider, calls } = createHeldProvider()
  const abort = new AbortController()
  const aborted = provider.complete({ ...request, signal: abort.signal })
  abort.abort()
  await expect(aborted).rejects.toMatchObject({ code: 'aborted' })
  const iterator = provider.stream(request)[Symbol.asyncIterator]()
  const first = iterator.next()
  calls[1]?.emit({ type: 'text-delta', text: 'x' })
  await first
  await iterator.return?.()
  expect(calls[1]?.cancelled).toBe(true)
})
