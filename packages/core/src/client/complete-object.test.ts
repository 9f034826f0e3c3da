import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { StructuredOutputError } from '../errors/structured-output-error.ts'
import { contentText } from '../message.ts'
import type { Provider } from '../provider.ts'
import { defineProvider } from '../leaf/define-provider.ts'
import type { CompletionCodec } from '../leaf/codec.ts'
import { ModelSpecRegistry } from '../specs/registry.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import { ModelClient } from './model-client.ts'

const spec: ModelSpec = {
  id: 'm',
  family: 'f',
  input: ['text'],
  output: ['text'],
  capabilities: { jsonSchema: true },
  parameters: {},
}

/** A client whose model gives these texts, in pieces of three characters where they are streamed. */
function script(...answers: readonly string[]): { client: ModelClient; asked: string[][] } {
  const asked: string[][] = []
  const codec: CompletionCodec<object> = {
    protocol: 'p',
    renderRequest: ({ messages }) => ({ said: asked.push(messages.map(({ content }) => contentText(content))) }),
    parseResponse: (body, context) => {
      context.emit({ type: 'text-delta', text: (body as { text: string }).text })
      context.emit({ type: 'usage', usage: { inputTokens: 1, outputTokens: 2, source: 'reported' } })
      context.emit({ type: 'finish', finishReason: 'stop' })
    },
    createStreamParser: context => ({
      done: false,
      push: ({ data }) => {
        context.emit({ type: 'text-delta', text: JSON.parse(data) as string })
      },
      end: () => {
        context.emit({ type: 'finish', finishReason: 'stop' })
        return true
      },
    }),
  }
  const provider: Provider = defineProvider<object>({
    id: 'host',
    codec,
    transport: {
      readError: () => ({}),
      fetch: (_, init) => {
        const text = answers[asked.length - 1] ?? ''
        return Promise.resolve(init?.method === 'POST' ? streamed(text) : Response.json({ text }))
      },
    },
    options: () => Promise.reject(new Error('none')),
    buildRequest: (_, { stream }) => Promise.resolve({ url: 'http://localhost', method: stream ? 'POST' : 'GET' }),
  })
  return {
    asked,
    client: new ModelClient('m', { provider, family: { name: 'f', registry: () => new ModelSpecRegistry([spec]) } }),
  }
}

function streamed(text: string): Response {
  const pieces = text.match(/.{1,3}/gs) ?? []
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift()
      if (piece === undefined) controller.close()
      else controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(piece)}\n\n`))
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

const person = z.object({ name: z.string(), age: z.number() })

describe('an object', () => {
  test('fits at once, or after the model has been shown what is wrong', async () => {
    const { client, asked } = script('{"name":"Ada","age":"old"}', '{"name":"Ada","age":36}')
    const { object, usage, text } = await client.completeObject(person, 'Who?')
    expect(object).toEqual({ name: 'Ada', age: 36 })
    expect([usage.inputTokens, usage.outputTokens]).toEqual([2, 4])
    expect(text).toBe('{"name":"Ada","age":36}')
    expect(asked[1]?.slice(0, 2)).toEqual(['Who?', '{"name":"Ada","age":"old"}'])
    expect(asked[1]?.[2]).toMatch(
      /^Your answer does not fit the schema: age: .*Give the whole answer again, corrected\.$/,
    )
    expectTypeOf(object).toEqualTypeOf<{ name: string; age: number }>()
  })

  test('that never fits is an error with the text, the issues and the whole usage', async () => {
    const { client, asked } = script('Prose.', '[]', '{"name":1}')
    const error: unknown = await client
      .completeObject(person, 'Who?', { maxRepairs: 2 })
      .catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(StructuredOutputError)
    expect(error).toMatchObject({ text: '{"name":1}', usage: { inputTokens: 3 } })
    expect((error as StructuredOutputError).issues.map(({ path }) => path.join('.'))).toEqual(['name', 'age'])
    expect(asked).toHaveLength(3)
  })

  test('is not corrected where that is not wanted', async () => {
    const { client, asked } = script('Prose.')
    await expect(client.completeObject(person, 'Who?', { maxRepairs: 0 })).rejects.toThrow('the answer is not JSON')
    expect(asked).toHaveLength(1)
  })

  test.each([
    ['behind prose', 'As [you] asked, here {it} is: {"name":"Ada","age":36}. Anything else?'],
    ['in a code fence', '```json\n{"name":"Ada","age":36}\n```'],
    ['as the first of two', '{"name":"Ada","age":36}\n{"name":"Bob","age":40}'],
  ])('is found %s, whole and streamed', async (_, answer) => {
    const whole = script(answer)
    expect((await whole.client.completeObject(person, 'Who?')).object).toEqual({ name: 'Ada', age: 36 })
    expect(await script(answer).client.streamObject(person, 'Who?').object()).toEqual({ name: 'Ada', age: 36 })
    expect(whole.asked).toHaveLength(1)
  })

  test('may be a list, a choice, a text', async () => {
    expect((await script('{"value":["a","b"]}').client.completeObject(z.array(z.string()), '')).object).toEqual([
      'a',
      'b',
    ])
    expect((await script('{"value":"red"}').client.completeObject(z.enum(['red', 'blue']), '')).object).toBe('red')
    expect((await script('{"value":7}').client.completeObject({ type: 'number' }, '')).object).toBe(7)
  })
})

test('a schema that fails itself is no fault of the answer: what it throws comes through', async () => {
  const broken = z.string().refine(() => {
    throw new RangeError('The rule is broken.')
  })
  const { client, asked } = script('{"value":"x"}', '{"value":"y"}')
  await expect(client.completeObject(broken, 'Who?')).rejects.toThrow('The rule is broken.')
  expect(asked).toHaveLength(1)
})

describe('an object as it arrives', () => {
  test('grows, and is checked in the end', async () => {
    const { client } = script('{"name":"Ada","age":36}')
    const stream = client.streamObject(person, 'Who?')
    const seen: unknown[] = []
    for await (const partial of stream) seen.push(structuredClone(partial))
    expect(seen[1]).toEqual({})
    expect(seen).toContainEqual({ name: 'Ada' })
    expect(seen.at(-1)).toEqual({ name: 'Ada', age: 36 })
    expect(await stream.object()).toEqual({ name: 'Ada', age: 36 })
  })

  test('gives the elements of a list one by one, each once it is whole', async () => {
    const { client } = script('{"value":[{"name":"Ada","age":36},{"name":"Bob","age":40}]}')
    const stream = client.streamObject(z.array(person), 'Who?')
    const names: string[] = []
    for await (const element of stream.elements()) {
      names.push(element.name)
      expectTypeOf(element).toEqualTypeOf<{ name: string; age: number }>()
      expect(element.age).toBeGreaterThan(30)
    }
    expect(names).toEqual(['Ada', 'Bob'])
    expect(await stream.object()).toHaveLength(2)
  })

  test('that does not fit is shown to the model, which corrects it', async () => {
    const { client, asked } = script('{"name":"Ada"}', '{"name":"Ada","age":36}')
    const stream = client.streamObject(person, 'Who?')
    expect(await stream.object()).toEqual({ name: 'Ada', age: 36 })
    expect(asked).toHaveLength(2)
    expect(asked[1]?.slice(1)).toEqual(['{"name":"Ada"}', expect.stringContaining('does not fit the schema: age')])
    expect((await stream.completion()).object).toEqual({ name: 'Ada' })
  })

  test('that was left is not asked for again', async () => {
    const { client, asked } = script('{"name":"Ada","age":36}', '{"name":"Ada","age":36}')
    const stream = client.streamObject(person, 'Who?')
    for await (const partial of stream) if (partial.age === undefined) break
    await expect(stream.object()).rejects.toThrow(StructuredOutputError)
    expect(asked).toHaveLength(1)
  })

  test('that does not fit fails in the end', async () => {
    const { client, asked } = script('{"name":"Ada"}')
    const stream = client.streamObject(person, 'Who?', { maxRepairs: 0 })
    await expect(stream.object()).rejects.toThrow(StructuredOutputError)
    expect(asked).toHaveLength(1)
    expect((await stream.completion()).object).toEqual({ name: 'Ada' })
  })
})
