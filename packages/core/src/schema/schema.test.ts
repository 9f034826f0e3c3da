import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { CompletionAccumulator } from '../stream/accumulator.ts'
import type { Completion } from '../completion.ts'
import type { InferSchema, JsonSchema, Schema } from './schema.ts'
import { objectEvent } from './restore-answer.ts'
import { isStrictSchema } from './strict-schema.ts'
import { toJsonSchema } from './to-json-schema.ts'
import { validateObject } from './validate-object.ts'

describe('as JSON Schema', () => {
  test('zod describes what a model should write', () => {
    const schema = z.object({
      city: z.string().describe('Where'),
      days: z.number().default(3),
      at: z.string().transform(Number),
    })
    expect(toJsonSchema(schema)).toEqual({
      type: 'object',
      properties: {
        city: { type: 'string', description: 'Where' },
        days: { type: 'number', default: 3 },
        at: { type: 'string' },
      },
      required: ['city', 'at'],
    })
  })
  test('a JSON Schema is what it is', () => {
    const schema = { type: 'object' }
    expect(toJsonSchema(schema)).toBe(schema)
  })
  test('what cannot be written says why', () => {
    expect(() => toJsonSchema(z.object({ at: z.date() }))).toThrow(
      expect.objectContaining({ code: 'configuration', hint: expect.stringContaining('no dates') }),
    )
    const mute = { '~standard': { vendor: 'old', version: 1, validate: () => ({ value: 1 }) } }
    expect(() => toJsonSchema(mute as Schema)).toThrow('A schema of old does not say')
  })
})

const closed = (properties: Record<string, unknown>, more: object = {}): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
})

describe('strict', () => {
  test.each<[string, JsonSchema]>([
    ['closed', closed({ a: { type: 'string' } })],
    ['empty', closed({})],
    ['nested', closed({ a: { type: 'array', items: closed({ b: { anyOf: [closed({}), { type: 'null' }] } }) } })],
    ['objects as values', closed({ a: { const: { type: 'object' }, enum: [{ type: 'object' }] } })],
    ['zod', toJsonSchema(z.strictObject({ a: z.strictObject({ b: z.number() }) }))],
  ])('%s', (_name, schema) => {
    expect(isStrictSchema(schema)).toBe(true)
  })
  test.each<[string, JsonSchema]>([
    ['no object', { type: 'array', items: closed({}) }],
    ['an optional property', closed({ a: {} }, { required: [] })],
    ['more allowed', closed({}, { additionalProperties: true })],
    ['nothing said of more', { type: 'object', properties: {}, required: [] }],
    ['no list', { type: 'object', additionalProperties: false }],
    ['an open object inside', closed({ a: { type: 'array', items: { type: 'object' } } })],
    ['an open object among definitions', closed({}, { $defs: { x: { type: 'object', properties: { y: {} } } } })],
    ['an open object or null', closed({ a: { type: ['object', 'null'], properties: { b: {} } } })],
    ['an open object without a type', closed({ a: { properties: { b: {} } } })],
  ])('not: %s', (_name, schema) => {
    expect(isStrictSchema(schema)).toBe(false)
  })
})

function answer(text: string, finishReason: 'stop' | 'length' = 'stop'): Completion {
  const accumulator = new CompletionAccumulator()
  accumulator.push({ type: 'text-delta', text })
  const object = objectEvent(text, 'json')
  if (object !== undefined) accumulator.push(object)
  accumulator.push({ type: 'usage', usage: { outputTokens: 9, source: 'reported' } })
  accumulator.push({ type: 'finish', finishReason })
  return accumulator.snapshot()
}

describe('an object', () => {
  const person = z.object({
    name: z.string(),
    age: z.number().default(1),
    at: z
      .string()
      .transform(text => text.length)
      .optional(),
  })
  test('is what the schema makes of it', async () => {
    expect(await validateObject(person, answer('{"name":"Ada","at":"noon"}'))).toEqual({ name: 'Ada', age: 1, at: 4 })
  })
  test('is checked against a JSON Schema too', async () => {
    const schema = { type: 'object', properties: { a: { type: 'number' } }, required: ['a'] }
    expect(await validateObject(schema, answer('{"a":1}'))).toEqual({ a: 1 })
    await expect(validateObject(schema, answer('{"a":"x"}'))).rejects.toMatchObject({
      code: 'structured_output',
      issues: [{ path: ['a'] }],
    })
    await expect(validateObject({ type: 'nonsense' }, answer('1'))).rejects.toMatchObject({ code: 'configuration' })
  })
  test('that does not fit says where, and what it cost', async () => {
    await expect(validateObject(person, answer('{"name":7,"age":"x"}'))).rejects.toMatchObject({
      code: 'structured_output',
      message: expect.stringMatching(/^The answer does not fit the schema: name: .+; age: .+\.$/),
      issues: [{ path: ['name'] }, { path: ['age'] }],
      text: '{"name":7,"age":"x"}',
      usage: { outputTokens: 9 },
    })
  })
  test('that is no JSON, or cut, says that', async () => {
    await expect(validateObject(person, answer('Sure!'))).rejects.toMatchObject({
      issues: [{ path: [], message: 'the answer is not JSON' }],
      hint: expect.stringContaining('native'),
    })
    await expect(validateObject(person, answer('{"na', 'length'))).rejects.toMatchObject({
      hint: 'The answer was cut: raise maxTokens.',
    })
  })
  test('null is one', async () => {
    expect(await validateObject(z.null(), answer('null'))).toBeNull()
  })
  test('has the type of its schema', () => {
    expectTypeOf<InferSchema<typeof person>>().toEqualTypeOf<{ name: string; age: number; at?: number | undefined }>()
    expectTypeOf<InferSchema<JsonSchema>>().toBeUnknown()
    expectTypeOf(validateObject(person, answer('{}')).catch(() => null as never)).resolves.toEqualTypeOf<
      z.infer<typeof person>
    >()
  })
})
