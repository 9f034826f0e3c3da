import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../testing/random.ts'
import { PartialJson } from './partial-json.ts'

function read(...pieces: readonly string[]): PartialJson {
  const json = new PartialJson()
  for (const piece of pieces) json.push(piece)
  return json
}

describe('what has come so far', () => {
  test.each<[string, unknown]>([
    ['', undefined],
    [' \n', undefined],
    ['{', {}],
    ['{"na', {}],
    ['{"name"', {}],
    ['{"name":', {}],
    ['{"name":"', { name: '' }],
    ['{"name":"Ad', { name: 'Ad' }],
    ['{"name":"Ada\\', { name: 'Ada' }],
    ['{"name":"Ada\\u00', { name: 'Ada' }],
    ['{"name":"Ada\\u00e9', { name: 'Adaé' }],
    ['{"name":"\\ud83d', { name: '' }],
    ['{"name":"\\ud83d\\ude00', { name: '😀' }],
    ['{"age":3', {}],
    ['{"age":36,', { age: 36 }],
    ['{"ok":tru', {}],
    ['{"ok":true}', { ok: true }],
    ['{"a":[1,2', { a: [1] }],
    ['{"a":[1,2]', { a: [1, 2] }],
    ['{"a":[{"b":"c', { a: [{ b: 'c' }] }],
    ['[', []],
    ['[]', []],
    ['"te', 'te'],
    ['12 ', 12],
    ['{"a":null}', { a: null }],
    ['{"a":1,}', { a: 1 }],
    ['{"a":nope,"b":1}', { b: 1 }],
  ])('of %j is %j', (text, value) => {
    expect(read(text).value).toEqual(value)
  })

  test('is passed over around the JSON', () => {
    expect(read('Here it is:\n```json\n{"a":1}\n```\nAnything else?').value).toEqual({ a: 1 })
    expect(read('As {you} asked [for it], and [here](https://a.b/c): {"a":[1]}').value).toEqual({ a: [1] })
    expect(read('A list [as', ' you asked', ']: [', '{"a":1}]').value).toEqual([{ a: 1 }])
    expect(read('{"a":1} {"a":2}').value).toEqual({ a: 1 })
    expect(read('{"a":1}').complete).toBe(true)
    expect(read('{"a":1').complete).toBe(false)
  })

  test('is harmless whatever it is called', () => {
    const value = read('{"__proto__":{"polluted":"yes"},"constructor":"text"}').value as Record<string, unknown>
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })
})

const json = fc.json({ maxDepth: 4 }).filter(text => !/^[\s]*(?:true|false|null)/.test(text))

test('in the end it is what the text says, however it is cut', () => {
  fc.assert(
    fc.property(json, fc.nat(), (text, seed) => {
      const random = createRandom(seed)
      const pieces: string[] = []
      for (let start = 0; start < text.length;) {
        const end = start + random.integer(1, 5)
        pieces.push(text.slice(start, end))
        start = end
      }
      expect(read(...pieces, ' ').value).toEqual(JSON.parse(text))
    }),
    { numRuns: 1000 },
  )
})

test('on the way everything that is there is a beginning of what comes', () => {
  fc.assert(
    fc.property(fc.object({ maxDepth: 3 }), object => {
      const text = JSON.stringify(object)
      const whole = JSON.parse(text) as unknown
      for (let end = 1; end < text.length; end++) expect(isBeginning(read(text.slice(0, end)).value, whole)).toBe(true)
    }),
    { numRuns: 100 },
  )
})

function isBeginning(part: unknown, whole: unknown): boolean {
  if (part === undefined) return true
  if (typeof part === 'string') return typeof whole === 'string' && whole.startsWith(part)
  if (typeof part !== 'object' || part === null) return Object.is(part, whole) || part === whole
  const other = whole as Record<string, unknown>
  return Object.entries(part).every(([name, item]) => Object.hasOwn(other, name) && isBeginning(item, other[name]))
}
