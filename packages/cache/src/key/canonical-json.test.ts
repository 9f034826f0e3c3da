import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

const runs = { seed: 11, numRuns: 500 }

/** The same value with the keys of every object in another order. */
function shuffled(value: unknown, turn: number): unknown {
  if (Array.isArray(value)) return value.map(item => shuffled(item, turn))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, field]) => [key, shuffled(field, turn)] as const)
  const from = turn % (entries.length || 1)
  return Object.fromEntries([...entries.slice(from), ...entries.slice(0, from)].reverse())
}

describe('canonical JSON', () => {
  test('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
      runs,
    )
  })

  test('does not depend on the order of keys, numbers among them', () => {
    const key = fc.oneof(fc.string(), fc.nat(20).map(String), fc.constantFrom('__proto__', 'toString', '-', 'a'))
    const { value } = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.integer(),
        fc.string(),
        fc.array(tie('value')),
        fc.dictionary(key, tie('value')),
      ),
    }))
    fc.assert(
      fc.property(value, fc.nat(), (any, turn) => {
        expect(canonicalJson(shuffled(any, turn))).toBe(canonicalJson(any))
      }),
      runs,
    )
  })

  test('tells values apart', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const same = fc.stringify(JSON.parse(JSON.stringify(a))) === fc.stringify(JSON.parse(JSON.stringify(b)))
        if (same) expect(canonicalJson(a)).toBe(canonicalJson(b))
        else if (!equal(a, b)) expect(canonicalJson(a)).not.toBe(canonicalJson(b))
      }),
      runs,
    )
  })

  test('leaves out what JSON has not, and takes dates as they write themselves', () => {
    expect(canonicalJson({ b: undefined, a: () => 1, c: [undefined] })).toBe('{"c":[null]}')
    expect(canonicalJson({ at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}')
    expect(canonicalJson({ z: { toJSON: () => ({ b: 1, a: 2 }) } })).toBe('{"z":{"a":2,"b":1}}')
    expect(canonicalJson(undefined)).toBe('null')
  })

  test('changes nothing that it was given', () => {
    const value = Object.freeze({ b: Object.freeze([Object.freeze({ d: 1, c: 2 })]), a: 1 })
    expect(canonicalJson(value)).toBe('{"a":1,"b":[{"c":2,"d":1}]}')
    expect(Object.keys(value)).toEqual(['b', 'a'])
  })
})

function equal(a: unknown, b: unknown): boolean {
  try {
    expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)))
    return true
  } catch {
    return false
  }
}
