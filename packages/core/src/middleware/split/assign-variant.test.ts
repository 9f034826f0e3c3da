import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fnv1a, hashText, variantAtRandom, variantOfKey } from './assign-variant.ts'

const users = Array.from({ length: 10_000 }, (_, index) => `user-${String(index)}`)
const weighted = (weights: Readonly<Record<string, number>>) =>
  Object.entries(weights).map(([name, weight]) => ({ name, weight }))
const assign = (weights: Readonly<Record<string, number>>, name: string = 'test') =>
  users.map(user => variantOfKey(name, user, weighted(weights)).name)
const countOf = (names: readonly string[], name: string) => names.filter(other => other === name).length

test('the hash is FNV-1a of UTF-8, mixed as MurmurHash3 does', () => {
  // The first three are of its reference; the others were computed by another program.
  expect(['', 'a', 'foobar', 'é'].map(fnv1a)).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968, 0x1e9de8c1])
  expect(['', 'foobar'].map(hashText)).toEqual([0xab3e7c0b, 0x0c0da6dc])
})

describe('a key', () => {
  test('has always the same variant, whatever the order of the variants', () => {
    const variants = weighted({ a: 1, b: 2, c: 3 })
    fc.assert(
      fc.property(fc.string(), key => {
        const chosen = variantOfKey('test', key, variants).name
        expect(variantOfKey('test', key, variants.toReversed()).name).toBe(chosen)
      }),
    )
    // As another program computes them: users of a running test must not move, nor between languages.
    expect(
      users
        .slice(0, 8)
        .map(user => variantOfKey('test', user, variants).name)
        .join(''),
    ).toBe('cccbacbc')
  })

  test('has variants in proportion to their weights', () => {
    const names = assign({ a: 1, b: 2, c: 7 })
    const expected = { a: 1000, b: 2000, c: 7000 }
    const chiSquare = Object.entries(expected).reduce(
      (sum, [name, count]) => sum + (countOf(names, name) - count) ** 2 / count,
      0,
    )
    // 13.8 is the 99.9th percentile with two degrees of freedom.
    expect(chiSquare).toBeLessThan(13.8)
  })

  test('moves only to a variant that grows or is new', () => {
    const before = assign({ a: 90, b: 5, c: 5 })
    for (const [after, grown] of [
      [assign({ a: 90, b: 50, c: 5 }), 'b'],
      [assign({ a: 90, b: 5, c: 5, d: 20 }), 'd'],
    ] as const) {
      const moved = after.filter((name, index) => name !== before[index])
      expect(new Set(moved)).toEqual(new Set([grown]))
    }
  })

  test('is shuffled anew by another test', () => {
    const [one, two] = [assign({ a: 1, b: 1 }, 'one'), assign({ a: 1, b: 1 }, 'two')]
    const same = one.filter((name, index) => name === two[index]).length
    // Half of them, give or take four standard deviations.
    expect(Math.abs(same - 5000)).toBeLessThan(4 * Math.sqrt(10_000 / 4))
  })
})

test('without a key, chance decides by the weights', () => {
  const variants = weighted({ a: 1, b: 3 })
  expect([0, 0.249, 0.25, 0.999, 1].map(random => variantAtRandom(variants, random).name)).toEqual([
    'a',
    'a',
    'b',
    'b',
    'b',
  ])
})
