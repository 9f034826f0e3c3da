import { expect, test } from 'vitest'
import { renderCatalogue } from './render-catalogue.ts'

test('writes a module with one line a model', () => {
  const catalogue = {
    o1: { contextWindow: 1_047_576, maxOutputTokens: 100_000, input: ['text'], price: { input: 2, output: 0.0125 } },
    "it's-2.5": { contextWindow: 512, input: ['text', 'image'], hosts: { openrouter: 'a/b', 'x-y': 'c' } },
  } as const
  expect(renderCatalogue(catalogue, ['one 1.0.0', 'two 2.0.0']).split('\n')).toEqual([
    '// Written by `pnpm specs:update` from one 1.0.0 and two 2.0.0: do not edit.',
    '',
    '/** What catalogues say of the models, as entries that `CatalogueEntry` in core describes. */',
    'export const CATALOGUE = {',
    "  o1: { contextWindow: 1_047_576, maxOutputTokens: 100_000, input: ['text'], price: { input: 2, output: 0.0125 } },",
    "  'it\\'s-2.5': { contextWindow: 512, input: ['text', 'image'], hosts: { openrouter: 'a/b', 'x-y': 'c' } },",
    '} as const',
    '',
  ])
})
