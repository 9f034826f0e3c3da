import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { compileSchema } from './compile-schema.ts'
import type { SchemaDialect } from './dialect.ts'
import { restoreValue } from './restore-value.ts'
import type { JsonSchema } from './schema.ts'
import { toJsonSchema } from './to-json-schema.ts'

const STRICT: SchemaDialect = { closed: true, optional: 'nullable', oneOfAsAnyOf: true }
const SUBSET: SchemaDialect = {
  inlineReferences: true,
  constAsEnum: true,
  oneOfAsAnyOf: true,
  nullableKeyword: true,
  tuplesAsLists: true,
  keywords: ['type', 'properties', 'required', 'items', 'enum', 'anyOf', 'nullable'],
}

const object = (properties: object, required: readonly string[] = Object.keys(properties)): JsonSchema => ({
  type: 'object',
  properties,
  required,
})

describe('a strict dialect', () => {
  test('closes objects, requires every property and lets the optional ones be null', () => {
    const schema = object({ a: { type: 'string' }, b: { enum: ['x'] }, c: object({ d: { type: 'number' } }, []) }, [
      'a',
    ])
    expect(compileSchema(schema, STRICT)).toEqual({
      schema: {
        type: 'object',
        additionalProperties: false,
        required: ['a', 'b', 'c'],
        properties: {
          a: { type: 'string' },
          b: { anyOf: [{ enum: ['x'] }, { type: 'null' }] },
          c: {
            type: ['object', 'null'],
            additionalProperties: false,
            required: ['d'],
            properties: { d: { type: ['number', 'null'] } },
          },
        },
      },
      losses: [],
      open: false,
    })
  })

  test('says where an object has keys of its own, which no closed one can', () => {
    expect(compileSchema({ type: 'object', additionalProperties: { type: 'number' } }, STRICT).open).toBe(true)
    expect(compileSchema(object({ a: {} }), STRICT).open).toBe(false)
  })

  test('the schema that was passed is not changed', () => {
    const schema = Object.freeze(
      object(Object.freeze({ a: Object.freeze({ oneOf: Object.freeze([{ type: 'string' }]) }) }), []),
    )
    const copy = structuredClone(schema)
    compileSchema(schema, STRICT)
    expect(schema).toEqual(copy)
  })
})

describe('a subset', () => {
  test('has one value in an enum where enums hold texts and numbers', () => {
    const of = (only: unknown) => compileSchema({ type: 'x', const: only }, SUBSET).schema
    expect([of('a'), of(1)]).toEqual([
      { type: 'x', enum: ['a'] },
      { type: 'x', enum: [1] },
    ])
    expect(of(true)).toEqual({ type: 'x', description: '(const: true)' })
  })

  test('moves what is not enforced into the description, and reports it', () => {
    const { schema, losses } = compileSchema(object({ a: { type: 'integer', minimum: 0, description: 'Age' } }), SUBSET)
    expect(schema).toEqual(object({ a: { type: 'integer', description: 'Age (minimum: 0)' } }))
    expect(losses).toEqual(['minimum is not enforced'])
  })

  test.each<[string, JsonSchema, JsonSchema]>([
    ['const', { const: 'a' }, { enum: ['a'] }],
    ['oneOf', { oneOf: [{ type: 'string' }, { type: 'number' }] }, { anyOf: [{ type: 'string' }, { type: 'number' }] }],
    ['a type or null', { type: ['string', 'null'] }, { type: 'string', nullable: true }],
    ['types', { type: ['string', 'number'] }, { anyOf: [{ type: 'string' }, { type: 'number' }] }],
    [
      'types or null',
      { type: ['string', 'number', 'null'] },
      { anyOf: [{ type: 'string' }, { type: 'number' }], nullable: true },
    ],
    ['a variant or null', { anyOf: [{ type: 'string' }, { type: 'null' }] }, { type: 'string', nullable: true }],
    [
      'tuples',
      { type: 'array', prefixItems: [{ type: 'string' }] },
      { type: 'array', items: { anyOf: [{ type: 'string' }] } },
    ],
    ['a property called const', object({ const: { type: 'string' } }), object({ const: { type: 'string' } })],
  ])('%s', (_name, schema, compiled) => {
    expect(compileSchema(schema, SUBSET).schema).toEqual(compiled)
  })

  test('formats that are not taken are said in words', () => {
    const dialect = { formats: ['date'] }
    expect(compileSchema({ type: 'string', format: 'date' }, dialect).losses).toEqual([])
    expect(compileSchema({ type: 'string', format: 'iri' }, dialect)).toMatchObject({
      schema: { type: 'string', description: '(format: "iri")' },
      losses: ['format is not enforced'],
    })
  })

  test('references are replaced, recursive ones cut', () => {
    const tree: JsonSchema = {
      $ref: '#/$defs/Node',
      $defs: {
        Node: object({ name: { $ref: '#/$defs/Name' }, next: { $ref: '#/$defs/Node' } }),
        Name: { type: 'string' },
      },
    }
    expect(compileSchema(tree, { inlineReferences: true })).toEqual({
      schema: object({ name: { type: 'string' }, next: {} }),
      losses: ['a recursive reference is cut'],
      open: false,
    })
    expect(compileSchema(object({ me: { $ref: '#' } }), { inlineReferences: true }).schema).toEqual(object({ me: {} }))
  })

  test('a root that is only a reference becomes what it refers to', () => {
    const $defs = { Node: object({ next: { $ref: '#/$defs/Node' } }) }
    expect(compileSchema({ $ref: '#/$defs/Node', $defs }, {}).schema).toEqual({ ...$defs.Node, $defs })
    expect(compileSchema({ $ref: '#/$defs/Nowhere' }, {}).schema).toEqual({ $ref: '#/$defs/Nowhere' })
  })

  test('what is nested too deeply is cut', () => {
    const deep = object({ a: object({ b: object({ c: { type: 'string' } }) }) })
    const { schema, losses } = compileSchema(deep, { maxDepth: 1 })
    expect(schema).toEqual(object({ a: object({ b: { type: 'object' } }) }))
    expect(losses).toHaveLength(1)
  })
})

/** A schema, and a value that fits it. */
interface Sample {
  readonly schema: JsonSchema
  readonly value: unknown
}

const leaf: fc.Arbitrary<Sample> = fc.oneof(
  fc.string().map(value => ({ schema: { type: 'string' }, value })),
  fc.integer().map(value => ({ schema: { type: 'integer' }, value })),
  fc.boolean().map(value => ({ schema: { type: 'boolean' }, value })),
  fc.constant({ schema: { type: ['string', 'null'] }, value: null }),
)
const name = fc.constantFrom('a', 'b', 'c', 'type', 'enum', 'items')
const { sample } = fc.letrec<{ sample: Sample }>(tie => ({
  sample: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.dictionary(name, fc.tuple(tie('sample'), fc.constantFrom('required', 'given', 'left out'))).map(objectOf),
    tie('sample').map(({ schema, value }) => ({ schema: { type: 'array', items: schema }, value: [value, value] })),
  ),
}))

function objectOf(fields: Record<string, [Sample, string]>): Sample {
  const entries = Object.entries(fields)
  const given = entries.filter(([, [, presence]]) => presence !== 'left out')
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(entries.map(([key, [{ schema }]]) => [key, schema])),
      required: entries.filter(([, [, presence]]) => presence === 'required').map(([key]) => key),
    },
    value: Object.fromEntries(given.map(([key, [{ value }]]) => [key, value])),
  }
}

/** What a strict model writes for a value: every property, `null` where there is none. */
function asStrict(value: unknown, schema: JsonSchema): unknown {
  if (Array.isArray(value)) return value.map(item => asStrict(item, schema['items'] as JsonSchema))
  if (typeof value !== 'object' || value === null) return value
  const properties = schema['properties'] as Record<string, JsonSchema>
  const given = value as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(properties).map(([key, item]) => [key, key in given ? asStrict(given[key], item) : null]),
  )
}

describe('restoring', () => {
  test('gives back the value that a strict dialect made larger', () => {
    fc.assert(
      fc.property(sample, ({ schema, value }) => {
        const written = asStrict(value, schema)
        const restored = restoreValue(written, schema)
        // A left-out property that may itself be null stays null: both fit, and nobody can tell which was meant.
        expect(dropNulls(restored)).toEqual(dropNulls(value))
        const compiled = compileSchema(schema, STRICT).schema
        expect(fitsStrictly(written, compiled)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('looks through references, unions and tuples', () => {
    const Shape = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('circle'), radius: z.number().optional() }),
      z.object({ kind: z.literal('square'), radius: z.number().nullable() }),
    ])
    const schema = toJsonSchema(
      z.object({ shapes: z.array(Shape), pair: z.tuple([z.object({ a: z.string().optional() })]) }),
    )
    const written = {
      shapes: [
        { kind: 'circle', radius: null },
        { kind: 'square', radius: null },
      ],
      pair: [{ a: null }],
    }
    expect(restoreValue(written, schema)).toEqual({
      shapes: [{ kind: 'circle' }, { kind: 'square', radius: null }],
      pair: [{}],
    })
    const referring: JsonSchema = { $ref: '#/$defs/A', $defs: { A: object({ a: { type: 'string' } }, []) } }
    expect(restoreValue({ a: null }, referring)).toEqual({})
    expect(restoreValue('text', { $ref: '#/$defs/Nowhere' })).toBe('text')
  })
})

function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, dropNulls(item)]),
  )
}

/** A small validator of its own for the keywords that the samples use. */
function fitsStrictly(value: unknown, schema: Readonly<Record<string, unknown>>): boolean {
  const types = [schema['type']].flat()
  if (value === null) return types.includes('null')
  if (Array.isArray(value))
    return types.includes('array') && value.every(item => fitsStrictly(item, schema['items'] as JsonSchema))
  if (typeof value !== 'object')
    return types.some(type => type === typeof value || (type === 'integer' && Number.isInteger(value)))
  const properties = schema['properties'] as Record<string, JsonSchema>
  const keys = Object.keys(value)
  return (
    keys.sort().join() === [...(schema['required'] as string[])].sort().join() &&
    keys.every(key => fitsStrictly((value as Record<string, unknown>)[key], properties[key] ?? {}))
  )
}
