import { expect, test } from 'vitest'
import { snakeKeys } from './snake-keys.ts'

test('names are written with underscores, deep but not in lists, and what is not set is left out', () => {
  const options = { store: true, serviceTier: undefined, webSearch: { maxUses: 1 }, topKList: [{ aB: 1 }], none: null }
  expect(snakeKeys(options)).toEqual({ store: true, web_search: { max_uses: 1 }, top_k_list: [{ aB: 1 }], none: null })
})

test('or only at the top', () => {
  expect(snakeKeys({ myLabels: { aB: 1 } }, false)).toEqual({ my_labels: { aB: 1 } })
})
