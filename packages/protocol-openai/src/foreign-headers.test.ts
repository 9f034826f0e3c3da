import { expect, test } from 'vitest'
import { foreignHeaders } from './foreign-headers.ts'

test.each<[string | undefined, Record<string, null>]>([
  [undefined, {}],
  ['', {}],
  ['x-team: a', { 'x-team': null }],
  ['Authorization: Bearer x:y\n  X-Other :z\nno header\n: none', { Authorization: null, 'X-Other': null }],
])('%j', (value, headers) => {
  expect(foreignHeaders({ OPENAI_CUSTOM_HEADERS: value })).toEqual(headers)
})
