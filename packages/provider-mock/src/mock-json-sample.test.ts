import { ConfigurationError, type JsonSchema, type JsonValue } from '@llm/core'
import { createRandom } from '@llm/core/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { sampleSchema } from './mock-json-sample.ts'

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed)

const samples = (schema: JsonSchema, maxDepth?: number): JsonValue[] =>
  SEEDS.map(seed => sampleSchema(schema, { random: createRandom(seed), maxDepth }))

const depthOf = (value: unknown): number =>
  typeof value !== 'object' || value === null ? 0 : 1 + Math.max(0, ...Object.values(value).map(depthOf))

interface Tree {
  value: number
  children: Tree[]
}
const Tree: z.ZodType<Tree> = z.object({
  value: z.int(),
  get children() {
    return z.array(Tree)
  },
})

describe('values of zod schemas are valid', () => {
  test.each<[string, z.ZodType]>([
    ['primitives', z.object({ a: z.string(), b: z.number(), c: z.boolean(), d: z.null(), e: z.int() })],
    [
      'optional and nullable',
      z.object({ a: z.string().optional(), b: z.int().nullable(), c: z.string().default('x') }),
    ],
    ['strict objects', z.strictObject({ a: z.string(), nested: z.strictObject({ b: z.boolean() }) })],
    ['enums and literals', z.object({ a: z.enum(['x', 'y']), b: z.literal(3), c: z.literal(['p', 7, null]) })],
    [
      'ranges',
      z.object({
        a: z.number().gt(0).lt(1),
        b: z.int().min(500).max(505),
        c: z.number().max(-10),
        d: z.int().gt(7).lt(9),
      }),
    ],
    [
      'multiples',
      z.object({
        a: z.number().multipleOf(0.1),
        b: z.int().multipleOf(7).min(8),
        c: z.number().multipleOf(0.25).lt(0),
      }),
    ],
    ['one value', z.number().min(4.5).max(4.5)],
    ['huge ranges', z.object({ a: z.number().min(1e6), b: z.number().max(-1e6), c: z.int().min(-5).max(-3) })],
    [
      'lengths',
      z.object({ a: z.string().min(30), b: z.string().max(2), c: z.string().length(7), d: z.string().max(0) }),
    ],
    [
      'formats',
      z.object({
        a: z.email(),
        b: z.uuid(),
        c: z.url(),
        d: z.iso.date(),
        e: z.iso.datetime(),
        f: z.iso.time(),
        g: z.ipv4(),
        h: z.ipv6(),
        i: z.iso.duration(),
        j: z.base64(),
        k: z.base64url(),
        l: z.hostname(),
        m: z.iso.datetime({ local: true }),
        n: z.cidrv4(),
        o: z.guid(),
      }),
    ],
    [
      'common patterns',
      z.object({ a: z.string().regex(/^[a-z]+$/), b: z.string().regex(/^\d{3}$/), c: z.string().startsWith('a') }),
    ],
    [
      'lists',
      z.object({ a: z.array(z.int()).min(3).max(4), b: z.array(z.string()).max(0), c: z.array(z.boolean()).length(2) }),
    ],
    ['tuples', z.tuple([z.string(), z.int(), z.boolean()])],
    ['tuples with a rest', z.tuple([z.string()], z.int())],
    ['records', z.record(z.string(), z.int())],
    ['records of known keys', z.record(z.enum(['a', 'b']), z.int())],
    ['unions', z.union([z.string(), z.int(), z.object({ a: z.literal(1) })])],
    [
      'discriminated unions',
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('a'), a: z.string() }),
        z.object({ type: z.literal('b'), b: z.int() }),
      ]),
    ],
    [
      'intersections',
      z.intersection(z.object({ a: z.string(), b: z.int().min(3) }), z.object({ b: z.int().max(5), c: z.boolean() })),
    ],
    ['recursion', Tree],
    ['odd names', z.object({ 'a/b': z.string(), 'c~d': z.int(), constructor: z.string() })],
  ])('%s', (_, schema) => {
    for (const value of samples(z.toJSONSchema(schema))) expect(schema.safeParse(value).error).toBeUndefined()
  })
})

const scalar = fc.oneof(
  fc.constant(z.string()),
  fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.nat(500)).map(([min, span]) =>
    z
      .int()
      .min(min)
      .max(min + span),
  ),
  fc.tuple(fc.double({ min: -100, max: 100, noNaN: true }), fc.nat(50)).map(([min, span]) =>
    z
      .number()
      .min(min)
      .max(min + span),
  ),
  fc.tuple(fc.nat(10), fc.nat(10)).map(([min, span]) =>
    z
      .string()
      .min(min)
      .max(min + span),
  ),
  fc.constantFrom(z.boolean(), z.null(), z.email(), z.uuid(), z.iso.date(), z.iso.datetime()),
  fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 }).map(values => z.enum(values as [string])),
)
const { schema: anySchema } = fc.letrec<{ schema: z.ZodType }>(tie => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar as fc.Arbitrary<z.ZodType>,
    fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('schema')).map(shape => z.object(shape)),
    fc.tuple(tie('schema'), fc.nat(3), fc.nat(3)).map(([item, min, span]) =>
      z
        .array(item)
        .min(min)
        .max(min + span),
    ),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map(options => z.union(options as [z.ZodType])),
    tie('schema').map(schema => z.record(z.string(), schema)),
    tie('schema').map(schema => schema.nullable()),
    fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map(items => z.tuple(items as [z.ZodType])),
  ),
}))

test('values of any schema are valid', () => {
  fc.assert(
    fc.property(anySchema, fc.integer(), (schema, seed) => {
      const value = sampleSchema(z.toJSONSchema(schema), { random: createRandom(seed) })
      expect(schema.safeParse(value).error).toBeUndefined()
    }),
    { numRuns: 300, seed: 5 },
  )
})

test('the same seed gives the same value, and other seeds give others', () => {
  const schema = z.toJSONSchema(z.object({ a: z.string(), b: z.int() }))
  expect(samples(schema)).toEqual(samples(schema))
  expect(new Set(samples(schema).map(value => JSON.stringify(value))).size).toBeGreaterThan(10)
})

describe('plain JSON Schema', () => {
  test.each<[string, JsonSchema, (value: never) => boolean]>([
    ['several types', { type: ['string', 'null'] }, value => value === null || typeof value === 'string'],
    ['an enum of a type', { type: 'integer', enum: ['x', 2, 2.5] }, value => value === 2],
    [
      'an enum of a list, an object or null',
      { type: ['array', 'null', 'object'], enum: [[1], null, { a: 1 }, 'x'] },
      value => value !== 'x',
    ],
    ['a constant', { const: { a: [1] } }, value => JSON.stringify(value) === '{"a":[1]}'],
    [
      'a type that goes without saying',
      { properties: { a: { minimum: 3 } }, required: ['a'] },
      (value: { a: number }) => value.a >= 3,
    ],
    ['a list that goes without saying', { minItems: 2 }, value => Array.isArray(value)],
    ['anything', {}, value => typeof value === 'string'],
    [
      'unique items',
      { type: 'array', items: { enum: [1, 2, 3] }, minItems: 3, uniqueItems: true },
      (value: number[]) => new Set(value).size === value.length,
    ],
    [
      'required without a property',
      { type: 'object', required: ['x'], additionalProperties: { type: 'integer' } },
      (value: { x: number }) => Number.isInteger(value.x),
    ],
    ['a least number of properties', { type: 'object', minProperties: 3 }, value => Object.keys(value).length === 3],
    [
      'named properties',
      { type: 'object', minProperties: 2, propertyNames: { enum: ['p', 'q', 'r'] } },
      value => Object.keys(value).every(name => 'pqr'.includes(name)),
    ],
    ['anchors', { $defs: { n: { $anchor: 'num', type: 'integer' } }, $ref: '#num' }, value => Number.isInteger(value)],
    [
      'ids',
      { $defs: { n: { $id: 'https://example.com/n', type: 'integer' } }, $ref: 'https://example.com/n' },
      value => Number.isInteger(value),
    ],
    [
      'a pointer with escapes',
      { $defs: { 'a/b c': { type: 'null' } }, $ref: '#/$defs/a~1b%20c' },
      value => value === null,
    ],
    [
      'both anyOf and oneOf',
      { anyOf: [{ minimum: 3 }], oneOf: [{ maximum: 4 }], type: 'integer' },
      value => value === 3 || value === 4,
    ],
    [
      'a choice of what is required',
      {
        type: 'object',
        properties: { a: { const: 1 }, b: { const: 2 } },
        anyOf: [{ required: ['a'] }, { required: ['b'] }],
      },
      value => 'a' in value || 'b' in value,
    ],
    [
      'lists without more items',
      { type: 'array', prefixItems: [{ const: 1 }], items: false },
      value => JSON.stringify(value) === '[1]',
    ],
    [
      'all of several',
      {
        allOf: [
          { type: 'number', minimum: 2, maximum: 9 },
          { type: 'integer', minimum: 4, maximum: 12 },
          { maximum: 5 },
        ],
      },
      value => value === 4 || value === 5,
    ],
    [
      'all of several enums',
      { allOf: [{ enum: [1, 2, 3] }, { enum: [2, 3, 4] }, { enum: [3] }] },
      value => value === 3,
    ],
    [
      'all of several objects',
      {
        type: 'object',
        allOf: [
          { properties: { a: { type: 'integer', minimum: 3 } }, required: ['a'] },
          { properties: { a: { maximum: 3 }, b: { const: 'b' } }, required: ['b'] },
        ],
      },
      value => JSON.stringify(value) === '{"a":3,"b":"b"}',
    ],
    ['a pattern, met by luck', { type: 'string', pattern: '^[A-Z]{3}-\\d{3}$' }, value => value === 'ABC-123'],
    ['a pattern that is not met', { type: 'string', pattern: '^never[0-9]$' }, value => typeof value === 'string'],
    [
      'the whole schema again',
      { type: 'object', properties: { again: { $ref: '#' } } },
      value => typeof value === 'object',
    ],
    ['an open range on the left', { type: 'integer', exclusiveMaximum: -5 }, value => (value as number) < -5],
    ['true is any value', { type: 'object', properties: { a: true }, required: ['a'] }, value => 'a' in value],
  ])('%s', (_, schema, holds) => {
    for (const value of samples(schema)) expect(holds(value as never), JSON.stringify(value)).toBe(true)
  })
})

const linked = {
  $ref: '#/$defs/Node',
  $defs: {
    Node: {
      type: 'object',
      properties: { next: { anyOf: [{ $ref: '#/$defs/Node' }, { type: 'null' }] } },
      required: ['next'],
    },
  },
}

test('recursion ends at the depth limit', () => {
  for (const limit of [1, 3, 6]) {
    const deepest = Math.max(...samples(linked, limit).map(depthOf))
    expect(deepest).toBeLessThanOrEqual(limit)
    expect(deepest).toBeGreaterThan(0)
  }
})

test('what must nest deeper than the limit does', () => {
  const deep = {
    type: 'object',
    properties: {
      a: {
        type: 'object',
        properties: { b: { type: 'object', properties: { c: { const: 1 } }, required: ['c'] } },
        required: ['b'],
      },
    },
    required: ['a'],
  }
  expect(samples(deep, 1)[0]).toEqual({ a: { b: { c: 1 } } })
})

test.each<[string, JsonSchema]>([
  [
    'without an end',
    { $ref: '#/$defs/A', $defs: { A: { type: 'object', properties: { a: { $ref: '#/$defs/A' } }, required: ['a'] } } },
  ],
  ['that is only itself', { $ref: '#' }],
  ['that refers to nothing', { $ref: '#/$defs/none' }],
  ['of another document', { $ref: 'https://example.com/other' }],
  ['that contradicts itself', { allOf: [{ type: 'string' }, { type: 'integer' }] }],
  ['with an enum of no value', { type: 'string', enum: [1] }],
  ['with no alternative that ends', { anyOf: [{ $ref: '#' }] }],
  ['that forbids what it requires', { type: 'object', properties: { a: false }, required: ['a'] }],
])('a schema %s is refused', (_, schema) => {
  expect(() => sampleSchema(schema, { random: createRandom(1) })).toThrow(ConfigurationError)
})
