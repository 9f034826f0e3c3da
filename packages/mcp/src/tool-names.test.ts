import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toolNames } from './tool-names.ts'

test.each<[string, [string[], string], string[]]>([
  ['kept', [['read_file', 'get-Time2'], ''], ['read_file', 'get-Time2']],
  ['prefixed', [['search'], 'web_'], ['web_search']],
  ['made legal', [['läuft/schnell!', '2fast', '-x', ''], ''], ['l_uft_schnell_', '_2fast', '_-x', '_']],
  ['made unique', [['a.b', 'a/b', 'a_b', 'a_b_2'], ''], ['a_b', 'a_b_2', 'a_b_3', 'a_b_2_2']],
  ['cut', [['x'.repeat(70), 'x'.repeat(80)], 'p_'], [`p_${'x'.repeat(62)}`, `p_${'x'.repeat(60)}_2`]],
])('names are %s', (_what, [names, prefix], expected) => {
  expect(toolNames(names, prefix)).toEqual(expected)
})

test('whatever the names, every host takes them, and no two are alike', () => {
  const odd = fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 100 }), fc.constantFrom('a', 'a_2', 'a.b'))
  fc.assert(
    fc.property(fc.array(odd), fc.constantFrom('', 'p_'), (names, prefix) => {
      const given = toolNames(names, prefix)
      for (const name of given) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/)
      expect(new Set(given).size).toBe(names.length)
    }),
  )
})
