import { getEventListeners } from 'node:events'
import { AbortedError, type CompletionRequest } from '@llm/core'
import { expect, test } from 'vitest'
import { fail, mock, stall, type MockSettings } from './index.ts'

// The contract suite drives providers through their wire, and the mock has none: what of the contract needs no wire is here
// and in the other tests of this package.

const REPLY = { reasoning: 'Hm.', text: 'It snows.', toolCalls: [{ name: 'weather', arguments: { city: 'Oslo' } }] }

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const field of Object.values(value)) frozen(field)
  return Object.freeze(value)
}

const REQUEST: CompletionRequest = frozen({
  model: 'any',
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'How is the weather?' }] },
    { role: 'assistant', content: [{ type: 'tool-call', id: 'call_1', name: 'weather', arguments: { city: 'Oslo' } }] },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'call_1', name: 'weather', content: 'snow' }] },
  ],
  tools: [{ name: 'weather', parameters: { type: 'object' } }],
})

test('settings and requests are never changed', async () => {
  const provider = mock(frozen({ replies: [REPLY], headers: { a: 'b' } }))
  await provider.complete(REQUEST)
  expect((await provider.stream(REQUEST).completion()).text).toBe('It snows.')
})

test('a history is plain data, and may be sent again', async () => {
  const provider = mock({ replies: [REPLY] })
  const { message } = await provider.complete(REQUEST)
  const again = JSON.parse(JSON.stringify(message)) as typeof message
  expect(again).toEqual(message)
  await provider.complete({ ...REQUEST, messages: [...REQUEST.messages, again] })
  expect(provider.requests[1]?.messages.at(-1)).toEqual(message)
})

test.each<[string, NonNullable<MockSettings['replies']>[number]]>([
  ['answers', REPLY],
  ['fails', fail(503)],
  ['breaks off', fail('overloaded', { at: 'middle', reply: 'Half of this arrives.' })],
])('no listener is left on the signal of a caller when it %s', async (_what, reply) => {
  const provider = mock({ replies: [reply] })
  const { signal } = new AbortController()
  await provider.complete({ ...REQUEST, signal }).catch(() => undefined)
  await provider
    .stream({ ...REQUEST, signal })
    .completion()
    .catch(() => undefined)
  const leave = async (): Promise<void> => {
    for await (const event of provider.stream({ ...REQUEST, signal })) if (event.type === 'start') break
  }
  await leave().catch(() => undefined)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('a signal that is aborted already is no call, and one that is aborted later ends it', async () => {
  const provider = mock({ replies: [stall({ reply: 'Some words of it.', at: 1 })] })
  await expect(provider.complete({ ...REQUEST, signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortedError)
  const controller = new AbortController()
  const stream = provider.stream({ ...REQUEST, signal: controller.signal })
  const read = async (): Promise<void> => {
    for await (const event of stream) if (event.type === 'text-delta') controller.abort()
  }
  await expect(read()).rejects.toBeInstanceOf(AbortedError)
  expect((await stream.completion()).interrupted).toBe(true)
  expect(getEventListeners(controller.signal, 'abort')).toEqual([])
})
