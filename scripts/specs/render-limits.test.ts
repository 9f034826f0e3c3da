import { expect, it } from 'vitest'
import type { ModelSpec } from '../../packages/core/src/specs/model-spec.ts'
import { renderLimits } from './render-limits.ts'

const spec = (id: string, parameters: ModelSpec['parameters']): ModelSpec => ({
  id,
  family: 'demo',
  input: ['text'],
  output: ['text'],
  capabilities: {},
  parameters,
})

it('writes what a model refuses, and the values that it takes; ranges and conditions are for the run time', () => {
  const text = renderLimits('Demo', [
    spec('demo-2', {
      topK: { supported: false },
      temperature: { min: 0, max: 2, onlyWith: { parameter: 'reasoning.effort', values: ['none'] } },
      verbosity: { values: ['low', 'high'] },
      parallelToolCalls: { values: [false] },
      'reasoning.effort': { values: ['none', 'high'] },
      'reasoning.budgetTokens': { supported: false },
    }),
    spec('demo', { topP: { max: 1 } }),
    spec('d1', { seed: { supported: false } }),
  ])
  expect(text.split('\n').slice(3)).toEqual([
    'export interface DemoLimits {',
    "  'demo-2': { readonly parallelToolCalls?: false | undefined; readonly topK?: undefined; readonly verbosity?: 'low' | 'high' | undefined; readonly reasoning?: { readonly budgetTokens?: undefined; readonly effort?: 'none' | 'high' | undefined } | undefined }",
    '  d1: { readonly seed?: undefined }',
    '}',
    '',
  ])
})
