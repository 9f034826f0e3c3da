import { describe, expect, test } from 'vitest'
import { jsonDifferences } from './json-differences.ts'

describe('jsonDifferences', () => {
  test.each([
    [
      { a: 1, b: { c: [1, 'x', null] } },
      { b: { c: [1, 'x', null] }, a: 1 },
    ],
    [{ a: undefined }, {}],
    [[], []],
    ['text', 'text'],
  ])('%j and %j mean the same', (expected, actual) => {
    expect(jsonDifferences(expected, actual)).toEqual([])
  })

  test.each([
    [{ a: { b: 1 } }, { a: { b: 2 } }, ['a.b: expected 1, got 2']],
    [[1, 2], [1], ['[1]: expected 2, but it is missing']],
    [[1], [1, { x: 1 }], ['[1]: not expected, got {"x":1}']],
    [{ a: [] }, { a: {} }, ['a: expected [], got {}']],
    [{ a: null }, {}, ['a: expected null, but it is missing']],
    ['1', 1, ['the body: expected "1", got 1']],
    [undefined, {}, ['the body: not expected, got {}']],
    [{ a: 'x'.repeat(200) }, { a: 1 }, [`a: expected "${'x'.repeat(79)}…, got 1`]],
  ])('%j and %j differ', (expected, actual, differences) => {
    expect(jsonDifferences(expected, actual)).toEqual(differences)
  })
})
