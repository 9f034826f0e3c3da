import { expect, test } from 'vitest'
import type { ModelSpec } from './model-spec.ts'
import { selectModel, type SelectOptions } from './select-model.ts'

const model = (id: string, more: Partial<ModelSpec>): ModelSpec => ({
  id,
  family: 'f',
  input: ['text'],
  output: ['text'],
  capabilities: {},
  parameters: {},
  ...more,
})

const SPECS = [
  model('old', { price: { input: 0.01, output: 0.01 }, deprecated: {} }),
  model('nano', { price: { input: 0.1, output: 0.4 }, contextWindow: 100_000, releasedAt: '2026-01-01' }),
  model('mini', {
    price: { input: 0.1, output: 0.4 },
    releasedAt: '2026-02-01',
    capabilities: { reasoning: true, tools: true },
  }),
  model('eyes', {
    price: { input: 1, output: 4 },
    input: ['text', 'image'],
    maxOutputTokens: 9000,
    capabilities: { tools: true },
  }),
  model('large', {
    price: { input: 5, output: 20 },
    capabilities: { reasoning: true, tools: true },
    hosts: { here: 'x/large' },
  }),
  model('unpriced', { releasedAt: '2026-09-01' }),
  model('painter', { output: ['image'], price: { input: 0, output: 0 } }),
]

test.each<[SelectOptions, string]>([
  [{}, 'mini'],
  [{ prefer: 'latency' }, 'nano'],
  [{ prefer: 'quality' }, 'large'],
  [{ prefer: 'quality', maxCost: 0.01 }, 'eyes'],
  [{ requires: { input: ['image'] } }, 'eyes'],
  [{ requires: { capabilities: ['tools'] }, prefer: 'latency' }, 'eyes'],
  [{ requires: { contextWindow: 50_000 } }, 'nano'],
  [{ requires: { maxOutputTokens: 8000 } }, 'eyes'],
  [{ requires: { host: 'here' } }, 'large'],
  [{ requires: { output: ['image'] } }, 'painter'],
])('%j is %s', (options, id) => {
  expect(selectModel(SPECS, options).id).toBe(id)
})

test('what none meets is an error that repeats the wish', () => {
  expect(() => selectModel(SPECS, { requires: { input: ['audio'] }, maxCost: 1 })).toThrow(
    expect.objectContaining({
      code: 'unsupported_operation',
      hint: expect.stringContaining('"input":["audio"],"maxCost":1') as string,
    }),
  )
})

test('a model without a price never meets a limit', () => {
  expect(() => selectModel([model('unpriced', {})], { maxCost: 1000 })).toThrow('No model')
})
