import { expect, test } from 'vitest'
import type { CatalogueEntry } from '../specs/catalogue-entry.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import { specProblems } from './spec-problems.ts'

const fine: ModelSpec = {
  id: 'm',
  family: 'f',
  hosts: { here: 'm', there: 'x/m' },
  input: ['text', 'image'],
  output: ['text'],
  contextWindow: 10,
  maxOutputTokens: 5,
  capabilities: { tools: true, jsonSchema: true, toolsWithSchema: true, reasoning: true, webSearch: true },
  parameters: {
    temperature: { min: 0, max: 1, default: 1 },
    seed: { supported: false, remedy: 'do without' },
    'reasoning.effort': { values: ['low', 'high'], default: 'high' },
  },
  releasedAt: '2026-02-01',
  knowledgeCutoff: '2025-12',
  deprecated: { on: '2026-12-01', use: 'n' },
}
const next: ModelSpec = { ...fine, id: 'n', hosts: {}, deprecated: undefined } as never
const entry: CatalogueEntry = {
  input: ['text'],
  effort: ['low', 'high'],
  reasoning: true,
  search: true,
  hosts: { here: 'm' },
}
const problems = (more: Partial<ModelSpec>, catalogue = entry) =>
  specProblems([{ ...fine, ...more }, next], { m: catalogue })

test('specs that can be right have no problems', () => {
  expect(problems({})).toEqual([])
})

test.each<[Partial<ModelSpec>, string]>([
  [{ aliases: ['n'] }, 'n names two models'],
  [{ releasedAt: '2026-02-99' }, 'm: its release is no date'],
  [{ knowledgeCutoff: '2025' }, 'm: its knowledge ends in no month'],
  [{ knowledgeCutoff: '2026-03' }, 'm: it knows what came after it'],
  [{ deprecated: { on: 'soon' } }, 'm: its end is no date'],
  [{ deprecated: { on: '2026-01-01' } }, 'm: it ends before it begins'],
  [{ deprecated: { use: 'o' } }, 'm: its replacement o is not known'],
  [{ deprecated: { use: 'm' } }, 'm: its replacement m is going too'],
  [{ contextWindow: 0, maxOutputTokens: 0 }, 'm: a limit is not above 0'],
  [{ maxOutputTokens: 11 }, 'm: it writes more than its window holds'],
  [{ capabilities: { ...fine.capabilities, tools: false } }, 'm: it combines what it does not have'],
  [{ parameters: { ...fine.parameters, topP: { supported: false } } }, 'm: topP is refused without a remedy'],
  [
    { parameters: { ...fine.parameters, topP: { supported: false, remedy: 'x', max: 1 } } },
    'm: topP is refused and has a range',
  ],
  [{ parameters: { ...fine.parameters, topP: { min: 2, max: 1 } } }, 'm: topP has a range that holds nothing'],
  [{ parameters: { ...fine.parameters, topP: { max: 1, default: 2 } } }, 'm: topP has a default out of its range'],
  [{ parameters: { ...fine.parameters, verbosity: { values: [] } } }, 'm: verbosity has no values'],
  [
    { parameters: { ...fine.parameters, verbosity: { values: ['low'], default: 'high' } } },
    'm: verbosity has a default that is no value',
  ],
  [{ input: ['image'] }, 'm: it takes less than its catalogue says'],
  [{ output: ['text', 'audio'] }, 'm: it makes something else than its catalogue says'],
  [{ parameters: { 'reasoning.effort': { values: ['low'] } } }, 'm: it has other levels of effort'],
  [{ capabilities: { ...fine.capabilities, reasoning: false } }, 'm: it reasons by its catalogue'],
  [{ capabilities: { ...fine.capabilities, webSearch: false } }, 'm: it searches by its catalogue'],
  [{ hosts: { here: 'y' } }, 'm: it has another id at here'],
])('%o', (more, problem) => {
  expect(problems(more)).toEqual([problem])
})
