import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Completion, CompletionRequest } from '../completion.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import type { CompletionEvent } from '../stream/events.ts'
import type { CompletionCodec, PreparedRequest } from './codec.ts'
import { defineProvider } from './define-provider.ts'
import { ANSWER_TOOL } from './output-plan.ts'

/** Asks a host whose model answers with these events, streamed and not: both must be the same. */
async function ask(
  request: Partial<CompletionRequest>,
  events: readonly CompletionEvent[],
): Promise<{ completion: Completion; sent: PreparedRequest<object>; objects: unknown[] }> {
  const sent: PreparedRequest<object>[] = []
  const codec: CompletionCodec<object> = {
    protocol: 'p',
    renderRequest: prepared => {
      sent.push(prepared)
      return {}
    },
    parseResponse: (_, context) => {
      for (const event of events) context.emit(event)
    },
    createStreamParser: context => ({
      done: false,
      push: ({ data }) => {
        const event = events[Number(data)]
        if (event !== undefined) context.emit(event)
      },
      end: () => true,
    }),
  }
  const provider = defineProvider<object>({
    id: 'host',
    codec,
    transport: {
      fetch: (_, init) => Promise.resolve(init?.method === 'POST' ? streamOf(events.length) : new Response('{}')),
      readError: () => ({}),
    },
    options: () => Promise.reject(new Error('none')),
    buildRequest: (_, { stream }) => Promise.resolve({ url: 'http://localhost', method: stream ? 'POST' : 'GET' }),
  })
  const whole: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...request }
  const completion = await provider.complete(whole)
  const objects: unknown[] = []
  const stream = provider.stream(whole)
  for await (const event of stream)
    if (event.type === 'object-delta' || event.type === 'object') objects.push(structuredClone(event.object))
  expect({ ...(await stream.completion()), response: 0 }).toEqual({ ...completion, response: 0 })
  if (sent[0] === undefined) throw new Error('nothing was sent')
  return { completion, sent: sent[0], objects }
}

/** One message an event, and one piece of the body a message. */
function streamOf(count: number): Response {
  let next = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (next === count) controller.close()
      else controller.enqueue(new TextEncoder().encode(`data: ${String(next++)}\n\n`))
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

const spec = (more: Partial<ModelSpec>): ModelSpec => ({
  id: 'm',
  family: 'f',
  input: ['text'],
  output: ['text'],
  capabilities: {},
  parameters: {},
  ...more,
})
const said = (...texts: readonly string[]): readonly CompletionEvent[] => [
  ...texts.map((text): CompletionEvent => ({ type: 'text-delta', text })),
  { type: 'finish', finishReason: 'stop' },
]
const person = z.object({ name: z.string(), nick: z.string().optional() })

describe('native', () => {
  test('is the way where nothing is known of the model, and where it is known to have it', async () => {
    for (const known of [undefined, spec({ capabilities: { jsonSchema: true } }), spec({ inherits: '' })]) {
      const { completion, sent } = await ask({ output: person, spec: known }, said('{"name":"Ada"}'))
      expect(completion).toMatchObject({ object: { name: 'Ada' }, outputStrategy: 'native', finishReason: 'stop' })
      expect(sent.output).toMatchObject({ type: 'schema', schema: { properties: { name: {} } } })
    }
  })

  test('tells the object as it grows, and once more when it is whole', async () => {
    const { objects } = await ask({ output: person }, said('{"na', 'me":"A', 'da","nick":', 'null}'))
    expect(objects).toEqual([{}, { name: 'A' }, { name: 'Ada' }, { name: 'Ada', nick: null }, { name: 'Ada' }])
  })

  test('asks for an object around what is none, and gives what is in it', async () => {
    const choice = await ask({ output: z.enum(['red', 'blue']) }, said('{"value":"red"}'))
    expect(choice.completion.object).toBe('red')
    expect(choice.sent.output).toMatchObject({
      schema: { type: 'object', properties: { value: { enum: ['red', 'blue'] } } },
    })
    const list = await ask(
      { output: z.array(person) },
      said('{"value":[{"name":"Ada","nick":null},{"name":"', 'Bob"}]}'),
    )
    expect(list.completion.object).toEqual([{ name: 'Ada' }, { name: 'Bob' }])
    expect(list.objects[0]).toEqual([{ name: 'Ada', nick: null }, { name: '' }])
    const Tree = z.object({ name: z.string(), get children() { return z.array(Tree) } }) // prettier-ignore
    const tree = await ask({ output: z.array(Tree) }, said('{"value":[]}'))
    expect(tree.sent.output).toMatchObject({ schema: { properties: { value: { type: 'array' } } } })
  })

  test('any JSON', async () => {
    const { completion, sent } = await ask({ output: 'json' }, said('[1,2]'))
    expect([completion.object, sent.output]).toEqual([[1, 2], { type: 'json' }])
  })

  test('an answer that was cut has no object', async () => {
    const { completion } = await ask({ output: person }, said('{"name":"A'))
    expect(completion).not.toHaveProperty('object')
  })
})

describe('as a tool', () => {
  const calls = (text: string, pieces = true): readonly CompletionEvent[] => [
    { type: 'tool-call-start', id: 'a', name: ANSWER_TOOL },
    ...(pieces ? [{ type: 'tool-call-delta', id: 'a', text } as const] : []),
    {
      type: 'tool-call',
      toolCall: {
        type: 'tool-call',
        id: 'a',
        name: ANSWER_TOOL,
        arguments: JSON.parse(text) as Record<string, string>,
      },
    },
    { type: 'finish', finishReason: 'tool-calls' },
  ]
  const able = spec({ capabilities: { tools: true } })

  test('is the way for models with tools and without schemas: the call is the answer', async () => {
    for (const pieces of [true, false]) {
      const { completion, sent } = await ask({ output: person, spec: able }, calls('{"name":"Ada"}', pieces))
      expect(completion).toMatchObject({
        object: { name: 'Ada' },
        text: '{"name":"Ada"}',
        toolCalls: [],
        finishReason: 'stop',
        outputStrategy: 'tool',
      })
      expect(sent.tools.map(({ name }) => name)).toEqual([ANSWER_TOOL])
      expect([sent.toolChoice, sent.output]).toEqual([{ name: ANSWER_TOOL }, undefined])
    }
  })

  test('leaves the calls of other tools as they are', async () => {
    const other: CompletionEvent = {
      type: 'tool-call',
      toolCall: { type: 'tool-call', id: 'b', name: 'now', arguments: {} },
    }
    const { completion, sent } = await ask({ output: person, outputStrategy: 'tool', tools: [{ name: 'now' }] }, [
      other,
      { type: 'finish', finishReason: 'tool-calls' },
    ])
    expect(completion).toMatchObject({ finishReason: 'tool-calls', toolCalls: [{ name: 'now' }] })
    expect([sent.toolChoice, sent.tools.length]).toEqual(['required', 2])
  })

  test('arguments that were cut are text, and no object', async () => {
    const cut: CompletionEvent = {
      type: 'tool-call',
      toolCall: {
        type: 'tool-call',
        id: 'a',
        name: ANSWER_TOOL,
        arguments: {},
        status: 'incomplete',
        argumentsText: '{"name":"A',
      },
    }
    const { completion } = await ask({ output: person, outputStrategy: 'tool' }, [
      cut,
      { type: 'finish', finishReason: 'length' },
    ])
    expect(completion).toMatchObject({ text: '{"name":"A', finishReason: 'length', toolCalls: [] })
    expect(completion).not.toHaveProperty('object')
  })
})

describe('in words', () => {
  test('is the way for all others: the schema is in the instructions', async () => {
    const { completion, sent } = await ask(
      { output: person, spec: spec({}) },
      said('Sure:\n```json\n{"name":"Ada"}\n```'),
    )
    expect(completion).toMatchObject({ object: { name: 'Ada' }, outputStrategy: 'prompted' })
    expect(sent.output).toBeUndefined()
    expect(sent.messages[0]).toMatchObject({
      role: 'system',
      content: expect.stringContaining('"properties":{"name"') as string,
    })
  })

  test('with JSON mode where the model has it', async () => {
    const { sent } = await ask({ output: person, spec: spec({ capabilities: { jsonMode: true } }) }, said('{}'))
    expect(sent.output).toEqual({ type: 'json' })
  })

  test('where a model with schemas takes none beside tools', async () => {
    const known = spec({ capabilities: { jsonSchema: true, tools: true, toolsWithSchema: false } })
    const tools = [{ name: 'now' }]
    const { completion } = await ask({ output: person, spec: known, tools }, said('{"name":"Ada"}'))
    expect(completion.outputStrategy).toBe('prompted')
    // Nor does it take JSON mode then.
    const moded = spec({ capabilities: { ...known.capabilities, jsonMode: true } })
    expect((await ask({ output: person, spec: moded, tools }, said('{}'))).sent.output).toBeUndefined()
  })

  test('any JSON, for models that have no mode for it', async () => {
    const { completion, sent } = await ask(
      { output: 'json', outputStrategy: 'prompted' },
      said('It is {"a":1} or {"a":2}.'),
    )
    expect(completion.object).toEqual({ a: 1 })
    expect(sent.messages[0]?.content).toBe('Answer with JSON alone, without any other text or a code fence.')
  })
})
