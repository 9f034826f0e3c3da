import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { defineProvider } from './define-provider.ts'
import type { CompletionCodec, PreparedRequest } from './codec.ts'
import type { CompletionRequest } from '../completion.ts'
import type { Provider } from '../provider.ts'
import type { SchemaDialect } from '../schema/dialect.ts'
import type { CompletionEvent } from '../stream/events.ts'

const STRICT: SchemaDialect = { closed: true, optional: 'nullable', strictOnly: true }

/** A host whose answers are events, and what its codec was given. */
function host(
  dialect: SchemaDialect | undefined,
  answer: readonly CompletionEvent[],
): { provider: Provider; prepared: PreparedRequest<object>[] } {
  const prepared: PreparedRequest<object>[] = []
  const codec: CompletionCodec<object> = {
    protocol: 'p',
    schemaDialect: dialect,
    renderRequest: request => {
      prepared.push(request)
      return {}
    },
    parseResponse: (_, context) => {
      for (const event of answer) context.emit(event)
    },
    createStreamParser: context => ({
      done: true,
      push: () => undefined,
      end: () => {
        for (const event of answer) context.emit(event)
        return true
      },
    }),
  }
  const provider = defineProvider<object>({
    id: 'host',
    codec,
    transport: { fetch: () => Promise.resolve(new Response('{}')), readError: () => ({}) },
    options: () => Promise.reject(new Error('none')),
    buildRequest: () => Promise.resolve({ url: 'http://localhost' }),
  })
  return { provider, prepared }
}

const said = (text: string): readonly CompletionEvent[] => [
  { type: 'text-delta', text },
  { type: 'finish', finishReason: 'stop' },
]
const ask = (more: Partial<CompletionRequest>): CompletionRequest => ({
  model: 'm',
  messages: [{ role: 'user', content: 'Hi' }],
  ...more,
})
const person = z.object({ name: z.string(), nick: z.string().optional() })

describe('structured output', () => {
  test('is asked for in the dialect, and given in the form of the schema, streamed or not', async () => {
    const { provider, prepared } = host(STRICT, said('{"name":"Ada","nick":null}'))
    const whole = await provider.complete(ask({ output: person }))
    const streamed = await provider.stream(ask({ output: person })).completion()
    expect(prepared[0]?.output).toMatchObject({
      strict: true,
      schema: {
        additionalProperties: false,
        required: ['name', 'nick'],
        properties: { nick: { type: ['string', 'null'] } },
      },
    })
    expect([whole.object, streamed.object]).toEqual([{ name: 'Ada' }, { name: 'Ada' }])
    expect(whole.text).toBe('{"name":"Ada","nick":null}')
    expect(whole.warnings).toEqual([])
  })

  test('that a strict model cannot be held to goes as it is, with a warning', async () => {
    const { provider, prepared } = host(STRICT, said('{"a":1}'))
    const output = z.object({ counts: z.record(z.string(), z.number()) })
    const { warnings } = await provider.complete(ask({ output }))
    expect(prepared[0]?.output).toMatchObject({ strict: false, schema: { properties: { counts: { type: 'object' } } } })
    expect(warnings).toMatchObject([{ code: 'schema-changed', parameter: 'output' }])
  })

  test("the model's dialect counts over the host's, and what it loses is a warning", async () => {
    const { provider, prepared } = host(STRICT, said('{}'))
    const spec = {
      id: 'm',
      family: 'f',
      input: ['text'],
      output: ['text'],
      capabilities: { jsonSchema: true },
      parameters: {},
      schemaDialect: { keywords: ['type', 'properties'] },
    } as const
    const { warnings } = await provider.complete(ask({ output: person, spec }))
    expect(prepared[0]?.output).toMatchObject({ schema: { type: 'object', description: '(required: ["name"])' } })
    expect(warnings[0]?.message).toBe(
      'Of the schema of output, required is not enforced. The answer is still checked against it.',
    )
  })

  test('without a dialect goes as it is', async () => {
    const { provider, prepared } = host(undefined, said('{}'))
    await provider.complete(ask({ output: { type: 'object', title: 'A b' } }))
    expect(prepared[0]?.output).toEqual({
      type: 'schema',
      name: 'A_b',
      schema: { type: 'object', title: 'A b' },
      strict: false,
    })
  })
})

describe('tools', () => {
  const call: CompletionEvent = {
    type: 'tool-call',
    toolCall: { type: 'tool-call', id: 'c', name: 'greet', arguments: { name: 'Ada', nick: null } },
  }
  const answer: readonly CompletionEvent[] = [call, { type: 'finish', finishReason: 'tool-calls' }]
  const tool = { name: 'greet', parameters: person }

  test('are written in a strict dialect only where they are strict; their arguments come back in the form of the schema', async () => {
    const { provider, prepared } = host(STRICT, answer)
    const { toolCalls } = await provider.complete(ask({ tools: [{ ...tool, strict: true }, tool, { name: 'now' }] }))
    expect(prepared[0]?.tools.map(({ schema }) => schema['required'])).toEqual([['name', 'nick'], ['name'], undefined])
    expect(toolCalls[0]?.arguments).toEqual({ name: 'Ada' })
  })

  test('are always written in a dialect that is not about being strict', async () => {
    const { provider, prepared } = host({ closed: true }, answer)
    await provider.complete(ask({ tools: [tool] }))
    expect(prepared[0]?.tools[0]?.schema['additionalProperties']).toBe(false)
  })
})
