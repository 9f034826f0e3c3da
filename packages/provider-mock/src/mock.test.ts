import {
  compose,
  ConfigurationError,
  createRegistry,
  wrapProvider,
  type CompletionEvent,
  type CompletionRequest,
} from '@llm/core'
import { createManualClock } from '@llm/core/testing'
import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { callTool, fail, mock, type MockProvider } from './index.ts'

const ask = (content: string, more: Partial<CompletionRequest> = {}): CompletionRequest => ({
  model: 'any-model',
  messages: [{ role: 'user', content }],
  ...more,
})

const collect = async (events: AsyncIterable<CompletionEvent>): Promise<CompletionEvent[]> => {
  const all: CompletionEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

test('without settings it echoes, with a whole completion around it', async () => {
  const completion = await mock().complete(ask('Hello there, mock.'))
  expect(completion).toEqual({
    id: 'mock-1',
    provider: 'mock',
    model: 'any-model',
    content: [{ type: 'text', text: 'Hello there, mock.' }],
    text: 'Hello there, mock.',
    reasoning: '',
    toolCalls: [],
    sources: [],
    finishReason: 'stop',
    // 'Hello', ' there,', ' mock.' and four for the message
    usage: { inputTokens: 7, outputTokens: 3, totalTokens: 10, source: 'estimated' },
    warnings: [],
    attempts: [],
    response: { headers: {} },
    message: { role: 'assistant', content: [{ type: 'text', text: 'Hello there, mock.' }] },
  })
})

test('streams token by token', async () => {
  const events = await collect(mock({ replies: ['One two three.'] }).stream(ask('Count.')))
  expect(events).toEqual([
    { type: 'start', id: 'mock-1', provider: 'mock', model: 'any-model', warnings: [] },
    { type: 'text-delta', text: 'One', block: 0 },
    { type: 'text-delta', text: ' two', block: 0 },
    { type: 'text-delta', text: ' three.', block: 0 },
    { type: 'usage', usage: { inputTokens: 5, outputTokens: 3, totalTokens: 8, source: 'estimated' } },
    { type: 'finish', finishReason: 'stop', rawFinishReason: undefined },
  ])
})

test('answers in order and repeats the last reply', async () => {
  const provider = mock({ replies: ['first', 'second'] })
  const texts = []
  for (let i = 0; i < 4; i++) texts.push((await provider.complete(ask('next'))).text)
  expect(texts).toEqual(['first', 'second', 'second', 'second'])
})

test('without replies it gives what the request demands: JSON for a schema, a call of the tool it must call', async () => {
  const provider = mock()
  const output = z.object({ city: z.string(), population: z.int().min(1) })
  const { object } = await provider.complete(ask('Where?', { output }))
  expect(output.safeParse(object).success).toBe(true)
  const tools = [
    { name: 'first', parameters: z.object({ a: z.literal(1) }) },
    { name: 'second', parameters: z.object({ b: z.literal(2) }) },
  ]
  const required = await provider.complete(ask('Do.', { tools, toolChoice: 'required' }))
  expect(required.toolCalls).toMatchObject([{ name: 'first', arguments: { a: 1 } }])
  const named = await provider.complete(ask('Do.', { tools, toolChoice: { name: 'second' } }))
  expect(named.toolCalls).toMatchObject([{ name: 'second', arguments: { b: 2 } }])
  expect((await provider.complete(ask('Say.', { tools, toolChoice: 'auto' }))).text).toBe('Say.')
})

test('remembers every call with its operation, its request and its time', async () => {
  const clock = createManualClock({ start: 500, autoAdvance: true })
  const provider = mock({ clock, replies: ['hi', fail('server', { delayMs: 30 })], pace: { firstTokenMs: 20 } })
  const request = ask('one')
  await provider.complete(request)
  await collect(provider.stream(ask('two'))).catch(() => undefined)
  await provider.embed({ model: 'e', input: ['x'] })
  expect(provider.calls).toEqual([
    { operation: 'complete', request, startedAt: 500, ms: 20 },
    {
      operation: 'stream',
      request: ask('two'),
      startedAt: 520,
      ms: 30,
      error: expect.objectContaining({ code: 'server' }),
    },
    { operation: 'embed', request: { model: 'e', input: ['x'] }, startedAt: 550, ms: 20 },
  ])
  expect(provider.requests).toEqual([request, ask('two')])
})

test('a recorded request does not change with the one that was passed; schemas and signals stay what they are', async () => {
  const provider = mock()
  const schema = z.object({ a: z.string() })
  const { signal } = new AbortController()
  const messages = [{ role: 'user' as const, content: 'before' }]
  await provider.complete({ model: 'm', messages, output: schema, signal })
  messages.push({ role: 'user', content: 'after' })
  expect(provider.requests[0]?.messages).toEqual([{ role: 'user', content: 'before' }])
  expect(provider.requests[0]?.output).toBe(schema)
  expect(provider.requests[0]?.signal).toBe(signal)
})

test('a stream is a call from its first read on', async () => {
  const provider = mock()
  const stream = provider.stream(ask('hi'))
  expect(provider.calls).toHaveLength(0)
  const completion = stream.completion()
  await Promise.resolve()
  expect(provider.calls).toHaveLength(1)
  expect(provider.calls[0]?.ms).toBeUndefined()
  await completion
  expect(provider.calls[0]?.ms).toBeTypeOf('number')
})

test('reset forgets the calls and begins again', async () => {
  const provider = mock({ replies: ['a', 'b'] })
  const first = await provider.complete(ask('x'))
  await provider.complete(ask('x'))
  provider.reset()
  expect(provider.calls).toEqual([])
  expect(provider.requests).toEqual([])
  expect(await provider.complete(ask('x'))).toEqual(first)
})

test('what is wrapped around it sees its calls, and keeps its capabilities', async () => {
  const provider = compose(mock(), next => wrapProvider(next, {}))
  await provider.complete(ask('hi'))
  expect(provider.calls).toHaveLength(1)
  provider.reset()
  expect(provider.calls).toHaveLength(0)
  expect((await provider.listModels()).length).toBeGreaterThan(0)
})

test('names itself as it is told, and takes the model id of its host from a spec', async () => {
  const provider = mock({ id: 'some-host', protocol: 'some-wire' })
  expect(provider.protocol).toBe('some-wire')
  const spec = { hosts: { 'some-host': 'vendor/model' } } as unknown as NonNullable<CompletionRequest['spec']>
  const { provider: id, model } = await provider.complete(ask('hi', { spec }))
  expect([id, model]).toEqual(['some-host', 'vendor/model'])
})

test('stands in a registry, and takes the settings of any host', () => {
  const registry = createRegistry({ mock })
  expect(registry.provider('mock', { apiKey: 'unused', baseURL: 'https://example.com' }).id).toBe('mock')
})

test.each([
  [{ replys: ['x'] }, /no setting "replys".*Did you mean "replies"/],
  [{ replies: 'x' }, /replies must be a list/],
  [{ replies: [{ txt: 'x' }] }, /settings of a reply are wrong.*"text"/],
  [{ replies: [undefined] }, /A reply of the mock is undefined/],
  [{ replies: [null] }, /A reply of the mock is null/],
  [{ replies: [{ text: 'x', pace: { tokensPerSecond: 0 } }] }, /pace of the mock is impossible/],
  [{ pace: { tps: 1 } }, /settings of a pace are wrong/],
  [{ pace: { jitter: 2 } }, /pace of the mock is impossible/],
  [{ pace: { firstTokenMs: -1 } }, /pace of the mock is impossible/],
  [{ failures: { embbed: [] } }, /settings of failures are wrong.*"embed"/],
  [{ failures: { embed: ['no'] } }, /failures of the mock hold something else/],
])('refuses settings that are wrong: %j', (settings, message) => {
  const make = (): MockProvider => mock(settings as never)
  expect(make).toThrow(ConfigurationError)
  expect(make).toThrow(message)
})

test('its types say what it has', () => {
  const provider = mock({ replies: [callTool('now'), request => request.model] })
  expectTypeOf(provider.embed).toBeFunction()
  expectTypeOf(provider.requests).toEqualTypeOf<readonly CompletionRequest[]>()
  expectTypeOf<MockProvider['close']>().toBeNullable()
  const [call] = provider.calls
  if (call?.operation === 'embed') expectTypeOf(call.request.input).toEqualTypeOf<readonly string[]>()
})
