import { inspect } from 'node:util'
import { beforeEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import { z } from 'zod'
import type { Completion, CompletionRequest } from '../completion.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { ServerError } from '../errors/server-error.ts'
import type { Message } from '../message.ts'
import { objectEvent } from '../schema/restore-answer.ts'
import type { Provider } from '../provider.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import { ModelSpecRegistry } from '../specs/registry.ts'
import { CompletionAccumulator } from '../stream/accumulator.ts'
import { CompletionStream } from '../stream/completion-stream.ts'
import type { CompletionEvent } from '../stream/events.ts'
import { Conversation } from './conversation.ts'
import { ModelClient, tryCall } from './model-client.ts'

/** Answers with the next text, or throws the next error; keeps what it was asked. */
function script(id: string, ...answers: readonly (string | Error)[]) {
  const requests: CompletionRequest[] = []
  const left = [...answers]
  const next = (request: CompletionRequest): readonly CompletionEvent[] => {
    requests.push(request)
    const answer = left.shift() ?? 'ok'
    if (answer instanceof Error) throw answer
    return [
      { type: 'start', id: '', provider: id, model: request.model, warnings: [] },
      { type: 'text-delta', text: answer },
      ...[objectEvent(answer, request.output) ?? []].flat(),
      { type: 'finish', finishReason: 'stop' },
    ]
  }
  const provider: Provider = {
    id,
    protocol: 'script',
    complete: async request => {
      const whole = new CompletionAccumulator()
      next(request).forEach(event => {
        whole.push(event)
      })
      return whole.snapshot()
    },
    stream: request => {
      const whole = new CompletionAccumulator()
      let batches: (readonly CompletionEvent[])[] | undefined
      const pull = async (): Promise<readonly CompletionEvent[] | undefined> => {
        batches ??= next(request).map(event => [event])
        const batch = batches.shift()
        batch?.forEach(event => {
          whole.push(event)
        })
        return batch
      }
      return new CompletionStream({
        pull,
        cancel: () => Promise.resolve(),
        snapshot: interrupted => whole.snapshot(interrupted),
      })
    },
  }
  return { provider, requests }
}

const base: ModelSpec = {
  id: 'm-1',
  family: 'fam',
  aliases: ['m'],
  input: ['text'],
  output: ['text'],
  capabilities: { tools: true },
  parameters: {},
}
const specs: readonly ModelSpec[] = [
  base,
  { ...base, id: 'mute', aliases: [], output: ['image', 'audio'] },
  { ...base, id: 'plain', aliases: [], capabilities: { tools: false } },
]
const load = vi.fn(() => new ModelSpecRegistry(specs))
const family = { name: 'fam', registry: load }
const user = (content: string): Message => ({ role: 'user', content })
const broke = new ServerError({ message: 'broke' })

function make(...answers: readonly (string | Error)[]) {
  const { provider, requests } = script('one', ...answers)
  return { client: new ModelClient('m', { provider, family }), provider, requests }
}

beforeEach(() => {
  load.mockClear()
})

describe('a call', () => {
  test.each<[string, Parameters<ModelClient['complete']>[0]]>([
    ['a text', 'Hi'],
    ['messages', [user('Hi')]],
    ['a request', { messages: [user('Hi')] }],
  ])('takes %s, and adds the model and what is known of it', async (_name, prompt) => {
    const { client, requests } = make('Hello')
    expect((await client.complete(prompt)).text).toBe('Hello')
    expect((await client.stream(prompt).completion()).text).toBe('ok')
    for (const request of requests) expect(request).toEqual({ model: 'm', messages: [user('Hi')], spec: base })
    expect(load).toHaveBeenCalledTimes(1)
  })

  test('uses what the maker of the model recommends, and over it its own defaults', async () => {
    const { provider, requests } = script('one', 'a', 'b')
    const registry = () => new ModelSpecRegistry([{ ...base, defaults: { temperature: 0.6, topP: 0.95 } }])
    const client = new ModelClient('m', { provider, family: { name: 'fam', registry }, defaults: { topP: 1 } })
    await client.complete('Hi')
    await client.complete('Hi', { temperature: 0 })
    expect(requests).toMatchObject([
      { temperature: 0.6, topP: 1 },
      { temperature: 0, topP: 1 },
    ])
  })

  test('uses defaults, over them the request, over that the options', async () => {
    const { provider, requests } = script('one')
    const client = new ModelClient('m', { provider, family, defaults: { temperature: 1, topP: 1, seed: 1 } })
    await client.complete({ messages: [user('Hi')], topP: 2, seed: 2 }, { seed: 3 })
    expect(requests[0]).toMatchObject({ temperature: 1, topP: 2, seed: 3 })
  })

  test('may name another model of the family', async () => {
    const { client, requests } = make()
    await client.complete({ messages: [user('Hi')], model: 'plain' })
    expect(requests[0]).toMatchObject({ model: 'plain', spec: { id: 'plain' } })
  })

  test('knows a model that it does not know by its family', async () => {
    const { provider, requests } = script('one')
    await new ModelClient('m-9', { provider, family }).complete('Hi')
    expect(requests[0]?.spec).toMatchObject({ id: 'm-9', inherits: 'm-1' })
    const stranger = new ModelClient('x', {
      provider,
      family: { name: 'strange', registry: () => Promise.resolve(new ModelSpecRegistry([])) },
    })
    expect(await stranger.spec()).toMatchObject({ id: 'x', inherits: '', family: 'strange' })
    expect([stranger.model, stranger.family]).toEqual(['x', 'strange'])
  })

  test('has the rules of the model behind a name that only the host knows', async () => {
    const { provider, requests } = script('one')
    const named: Provider = { ...provider, modelOf: name => (name === 'ours' ? 'plain' : undefined) }
    const client = new ModelClient('ours', { provider: named, family })
    await client.complete('Hi')
    expect(requests[0]).toMatchObject({ model: 'ours', spec: { id: 'plain' } })
    client.setProvider(provider)
    expect(await client.spec()).toMatchObject({ id: 'ours', inherits: 'm-1' })
  })

  test('that no host could make is refused before it is made', async () => {
    const { client, requests } = make()
    const tools = [{ name: 'now' }]
    await expect(client.complete({ messages: [user('Hi')], model: 'mute' })).rejects.toMatchObject({
      code: 'unsupported_operation',
    })
    await expect(client.stream({ messages: [user('Hi')], model: 'plain', tools }).completion()).rejects.toMatchObject({
      code: 'unsupported_operation',
    })
    await client.complete({ messages: [user('Hi')], model: 'plain', tools: [] })
    await client.complete('Hi', { tools })
    expect(requests).toHaveLength(2)
  })

  test.each([undefined, null, 7])('%o is no prompt', async prompt => {
    const { client } = make()
    await expect(client.complete(prompt as never)).rejects.toMatchObject({ code: 'validation' })
    await expect(client.stream(prompt as never).completion()).rejects.toMatchObject({ code: 'validation' })
  })

  test('tryComplete gives errors of the library as values, and no others', async () => {
    const { client } = make('Hi', broke, new RangeError('bug'))
    expect(await client.tryComplete('x')).toMatchObject({ ok: true, value: { text: 'Hi' } })
    expect(await client.tryComplete('x')).toEqual({ ok: false, error: broke })
    await expect(client.tryComplete('x')).rejects.toThrow('bug')
    expect(await tryCall(() => Promise.resolve(1))).toEqual({ ok: true, value: 1 })
  })

  test('shows images', async () => {
    const { client, requests } = make()
    await client.withVision('What is it?', ['https://example.com/a.png', { base64: 'aa', mediaType: 'image/png' }], {
      seed: 1,
    })
    expect(requests[0]?.messages[0]?.content).toEqual([
      { type: 'text', text: 'What is it?' },
      { type: 'image', source: { url: 'https://example.com/a.png' } },
      { type: 'image', source: { base64: 'aa', mediaType: 'image/png' } },
    ])
    expect(requests[0]?.seed).toBe(1)
  })

  test('has the provider count tokens where it does', async () => {
    const { client, provider } = make()
    expect(await client.countTokens('Hi')).toMatchObject({ source: 'heuristic' })
    client.setProvider({
      ...provider,
      countTokens: async ({ messages }) => ({ inputTokens: messages.length, source: 'provider' }),
    })
    expect(await client.countTokens('Hi')).toEqual({ inputTokens: 1, source: 'provider' })
  })

  test('needs a provider', () => {
    for (const provider of [undefined, {}, 'openai'])
      expect(() => new ModelClient('m', { provider: provider as never, family })).toThrow(ConfigurationError)
  })

  test('families that cannot be loaded are tried again', async () => {
    const registry = vi
      .fn()
      .mockRejectedValueOnce(new ConfigurationError({ message: 'not now' }))
      .mockResolvedValue(new ModelSpecRegistry(specs))
    const client = new ModelClient('m', { provider: script('one').provider, family: { name: 'fam', registry } })
    await expect(client.complete('Hi')).rejects.toThrow('not now')
    expect((await client.complete('Hi')).text).toBe('ok')
  })
})

describe('a structured answer', () => {
  const schema = z.object({ n: z.number() })
  test('is asked for and checked, with its type', async () => {
    const { client, requests } = make('{"n":1}', '{"n":"x"}')
    const completion = await client.completeObject(schema, 'Count.', { seed: 1 })
    expectTypeOf(completion).toExtend<Completion>()
    expectTypeOf(completion.object).toEqualTypeOf<{ n: number }>()
    expect(completion.object).toEqual({ n: 1 })
    expect(requests[0]).toMatchObject({ output: schema, seed: 1 })
    await expect(client.completeObject(schema, 'Count.')).rejects.toMatchObject({ code: 'structured_output' })
  })
  test('of a JSON Schema is unknown', async () => {
    const { object } = await make('{"n":1}').client.completeObject({ type: 'object' }, 'Count.')
    expectTypeOf(object).toBeUnknown()
    expect(object).toEqual({ n: 1 })
  })
})

describe('a conversation', () => {
  test('keeps its history', async () => {
    const { client, requests } = make('Hello Ada', 'Ada')
    const chat = client.chat({ system: 'Be terse.', seed: 1 })
    await chat.send('I am Ada')
    expect((await chat.send('Who am I?', { seed: 2 })).text).toBe('Ada')
    expect(chat.messages).toEqual([
      { role: 'system', content: 'Be terse.' },
      user('I am Ada'),
      { role: 'assistant', content: [{ type: 'text', text: 'Hello Ada' }] },
      user('Who am I?'),
      { role: 'assistant', content: [{ type: 'text', text: 'Ada' }] },
    ])
    expect(requests.map(({ seed, messages }) => [seed, messages.length])).toEqual([
      [1, 2],
      [2, 4],
    ])
    expect(JSON.parse(JSON.stringify(chat.messages))).toEqual(chat.messages)
  })

  test('goes on from a saved one, and from what was appended', async () => {
    const { client, requests } = make()
    const saved: readonly Message[] = Object.freeze([user('a')])
    const chat = client.chat({ messages: saved })
    chat.append({ role: 'assistant', content: 'b' }, user('c'))
    await chat.send()
    expect(requests[0]?.messages).toEqual([user('a'), { role: 'assistant', content: 'b' }, user('c')])
    expect(saved).toHaveLength(1)
    expect(new Conversation(client).messages).toEqual([])
  })

  test('a turn that failed leaves the history as it was, and can be tried at another provider', async () => {
    const { client } = make(broke, broke)
    const other = script('two', 'fine')
    const chat = client.chat({ messages: [user('a')] })
    await expect(chat.send('b')).rejects.toBe(broke)
    await expect(chat.stream('b').completion()).rejects.toBe(broke)
    expect(chat.messages).toEqual([user('a')])
    client.setProvider(other.provider)
    expect(client.provider).toBe(other.provider)
    expect((await chat.send('b')).provider).toBe('two')
    expect(other.requests[0]?.messages).toEqual([user('a'), user('b')])
    expect(chat.messages).toHaveLength(3)
  })

  test('a stream adds its turn when it has been read to the end, and not when it was left', async () => {
    const { client } = make('whole', 'left')
    const chat = client.chat()
    const stream = chat.stream('a')
    expect(chat.messages).toEqual([])
    for await (const text of stream.textStream) expect(text).toBe('whole')
    expect(chat.messages).toHaveLength(2)
    for await (const { type } of chat.stream('b')) if (type === 'text-delta') break
    expect(chat.messages).toHaveLength(2)
  })

  test('a call that is under way stays with its provider', async () => {
    const { client } = make('from one')
    const stream = client.stream('Hi')
    const answer = client.complete('Hi')
    client.setProvider(script('two').provider)
    expect([(await answer).provider, (await stream.completion()).provider]).toEqual(['one', 'one'])
  })
})

test('a client closes its provider, if that can be closed', async () => {
  const close = vi.fn(() => Promise.resolve())
  const { provider } = script('one')
  await new ModelClient('m', { provider: { ...provider, close }, family }).close()
  expect(close).toHaveBeenCalledOnce()
  await expect(new ModelClient('m', { provider, family }).close()).resolves.toBeUndefined()
})

test('neither a client nor a conversation shows what its provider holds', () => {
  const provider = Object.assign(script('one').provider, { apiKey: 'sk-abcdef123456' })
  const client = new ModelClient('m', { provider, family })
  for (const value of [client, client.chat()]) {
    const shown = inspect(value, { depth: 10, showHidden: true }) + JSON.stringify(value)
    expect(shown).not.toContain('sk-abcdef')
  }
})
