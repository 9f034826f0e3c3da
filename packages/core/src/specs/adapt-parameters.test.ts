import { describe, expect, test } from 'vitest'
import type { CompletionOptions, CompletionRequest } from '../completion.ts'
import { ValidationError } from '../errors/validation-error.ts'
import { adaptParameters } from './adapt-parameters.ts'
import type { ModelSpec } from './model-spec.ts'
import { ModelSpecRegistry } from './registry.ts'

const base: ModelSpec = { id: 'm', family: 'f', input: ['text'], output: ['text'], capabilities: {}, parameters: {} }
const request = (options: CompletionOptions, spec?: Partial<ModelSpec>): CompletionRequest => ({
  model: 'm',
  messages: [{ role: 'user', content: 'Hi' }],
  ...options,
  ...(spec === undefined ? {} : { spec: { ...base, ...spec } }),
})

const spec: Partial<ModelSpec> = {
  maxOutputTokens: 100,
  parameters: {
    temperature: { min: 0.1, max: 1 },
    topP: { supported: false, remedy: 'use temperature' },
    'reasoning.effort': { values: ['low', 'high'], default: 'low' },
    'reasoning.budgetTokens': { supported: false },
    verbosity: { values: ['low', 'high'] },
    seed: { onlyWith: { parameter: 'reasoning.effort', values: ['high'] } },
    toolChoice: { values: ['auto', 'none'] },
  },
}

const cases: readonly [string, CompletionOptions, Partial<CompletionOptions>, string | undefined][] = [
  [
    'what fits',
    { temperature: 0.5, maxTokens: 100, verbosity: 'low' },
    { temperature: 0.5, maxTokens: 100, verbosity: 'low' },
    undefined,
  ],
  ['too high', { temperature: 2 }, { temperature: 1 }, 'm takes temperature up to 1; 2 was lowered to 1.'],
  ['too low', { temperature: 0 }, { temperature: 0.1 }, 'm takes temperature from 0.1; 0 was raised to 0.1.'],
  [
    'more than the model writes',
    { maxTokens: 500 },
    { maxTokens: 100 },
    'm takes maxTokens up to 100; 500 was lowered to 100.',
  ],
  ['what it refuses', { topP: 0.5 }, { topP: undefined }, 'm does not take topP; it was dropped. Use temperature.'],
  [
    'a value that there is not',
    { verbosity: 'medium' },
    { verbosity: undefined },
    'm takes verbosity "low", "high"; "medium" was dropped.',
  ],
  [
    'a nested value',
    { reasoning: { effort: 'max' } },
    { reasoning: undefined },
    'm takes reasoning.effort "low", "high"; "max" was dropped.',
  ],
  [
    'one nested value of two',
    { reasoning: { effort: 'low', budgetTokens: 9 } },
    { reasoning: { effort: 'low' } },
    'm does not take reasoning.budgetTokens; it was dropped.',
  ],
  [
    'a value beside a default that excludes it',
    { seed: 1 },
    { seed: undefined },
    'm takes seed only with reasoning.effort "high"; it was dropped.',
  ],
  [
    'a choice that is an object',
    { toolChoice: { name: 'add' } },
    { toolChoice: undefined },
    'm takes toolChoice "auto", "none"; {"name":"add"} was dropped.',
  ],
  ['a value beside one that allows it', { seed: 1, reasoning: { effort: 'high' } }, { seed: 1 }, undefined],
  ['what the spec does not name', { topK: 7, stop: ['x'] }, { topK: 7, stop: ['x'] }, undefined],
]

describe('parameters', () => {
  test.each(cases)('%s', (...[, options, expected, message]) => {
    const given = request(options, spec)
    const copy = structuredClone(given)
    const { request: adapted, warnings } = adaptParameters(given)
    expect(adapted).toMatchObject(expected)
    expect(warnings.map(warning => warning.message)).toEqual(message === undefined ? [] : [message])
    expect(given).toEqual(copy)
    if (message === undefined) return
    expect(warnings[0]?.code).toBe(
      message.endsWith('dropped.') || message.includes('Use') ? 'parameter-dropped' : 'parameter-changed',
    )
    expect(() => adaptParameters({ ...given, strict: true })).toThrow(ValidationError)
  })

  test('without a spec nothing is touched', () => {
    const given = request({ temperature: 99 })
    expect(adaptParameters(given)).toEqual({ request: given, warnings: [] })
  })

  test('strict names the parameter and the remedy', () => {
    const strict = (options: CompletionOptions): unknown => adaptParameters(request({ ...options, strict: true }, spec))
    expect(() => strict({ topP: 1 })).toThrow(expect.objectContaining({ parameter: 'topP', hint: 'Use temperature.' }))
    expect(() => strict({ temperature: 9 })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('turn strict off') }),
    )
  })

  test.each<[Partial<ModelSpec>, string]>([
    [{ inherits: 'm-1' }, 'The model "m" is not known to this version of the library: it is treated like m-1.'],
    [{ inherits: '' }, 'The model "m" is not known to this version of the library: no rule of a model is applied.'],
    [{ deprecated: {} }, 'm is deprecated.'],
    [{ deprecated: { on: '2027-01-01', use: 'm-2' } }, 'm is deprecated and ends on 2027-01-01. Use m-2.'],
  ])('a model that warns of itself: %o', (more, message) => {
    expect(adaptParameters(request({}, more)).warnings).toMatchObject([{ message, parameter: 'model' }])
  })
})

test.each([
  ['one', ['m is deprecated at one and ends on 2027-01-01. Use m-2.']],
  ['two', []],
  [undefined, []],
])('a model that ends at one host warns there alone: %s', (host, messages) => {
  const ending = request({}, { deprecated: { on: '2027-01-01', use: 'm-2', at: 'one' } })
  expect(adaptParameters(ending, host).warnings.map(({ message }) => message)).toEqual(messages)
})

describe('a registry of models', () => {
  const old: ModelSpec = {
    ...base,
    id: 'a-1',
    aliases: ['a', 'shared'],
    hosts: { x: 'x/a-1', y: 'b-1' },
    releasedAt: '2024-01-01',
  }
  const young: ModelSpec = { ...base, id: 'b-1', aliases: ['shared'], releasedAt: '2026-01-01', hosts: { x: 'x/b' } }
  const gone: ModelSpec = { ...base, id: 'c-1', releasedAt: '2027-01-01', deprecated: {} }
  const images: ModelSpec = { ...base, id: 'd-1', output: ['image'], releasedAt: '2028-01-01' }
  const registry = new ModelSpecRegistry([old, young, gone, images])

  test.each([
    ['a-1', old],
    ['a', old],
    ['shared', old],
    ['x/a-1', old],
    ['x/b', young],
    ['toString', undefined],
  ])('finds %s', (id, found) => {
    expect(registry.find(id)).toBe(found)
  })

  test('a model’s own id counts before what a host calls another one', () => {
    expect(registry.find('b-1')).toBe(young)
  })

  test('an unknown one inherits from the newest that writes text and is not going', () => {
    const resolved = registry.resolve('z-9')
    expect(resolved).toMatchObject({ id: 'z-9', inherits: 'b-1', family: 'f' })
    expect(resolved).not.toHaveProperty('hosts')
    expect(resolved).not.toHaveProperty('aliases')
    expect(registry.resolve('a')).toBe(old)
  })

  test.each([
    ['a-9', 'a-1'],
    ['maker/a-9', 'a-1'],
    ['a:9', 'a-1'],
    ['c-9', 'b-1'],
    ['ab-9', 'b-1'],
  ])('an unknown one inherits from its own line where that goes on: %s from %s', (id, inherits) => {
    expect(registry.resolve(id).inherits).toBe(inherits)
  })

  test('an empty one knows nothing, and says so', () => {
    expect(new ModelSpecRegistry([]).resolve('z')).toMatchObject({
      id: 'z',
      inherits: '',
      output: ['text'],
      parameters: {},
    })
    expect(new ModelSpecRegistry([images]).newest()).toBeUndefined()
  })
})

describe('parameters that depend on each other', () => {
  const budget: Partial<ModelSpec> = {
    maxOutputTokens: 8000,
    parameters: {
      'reasoning.budgetTokens': { min: 1024, below: 'maxTokens' },
      'reasoning.effort': { values: ['none', 'high'], default: 'high' },
      temperature: { notWith: ['reasoning.budgetTokens', 'reasoning.effort'] },
      topP: { notWith: ['temperature'] },
    },
  }

  test.each<[string, CompletionOptions, Partial<CompletionOptions>, readonly string[]]>([
    ['alone', { temperature: 0.5 }, { temperature: 0.5 }, []],
    [
      'beside one that it does not go with',
      { temperature: 0.5, topP: 0.5, reasoning: { budgetTokens: 2000 } },
      { temperature: undefined, topP: 0.5 },
      ['m takes temperature only without reasoning.budgetTokens; it was dropped.'],
    ],
    ['beside no reasoning', { temperature: 0, reasoning: { effort: 'none' } }, { temperature: 0 }, []],
    [
      'the second of two',
      { temperature: 0, topP: 1 },
      { temperature: 0, topP: undefined },
      ['m takes topP only without temperature; it was dropped.'],
    ],
    [
      'below a limit',
      { maxTokens: 4000, reasoning: { budgetTokens: 3999 } },
      { reasoning: { budgetTokens: 3999 } },
      [],
    ],
    ['without a limit', { reasoning: { budgetTokens: 90_000 } }, { reasoning: { budgetTokens: 90_000 } }, []],
    [
      'at a limit',
      { maxTokens: 4000, reasoning: { budgetTokens: 4000 } },
      { reasoning: { budgetTokens: 3999 } },
      ['m takes reasoning.budgetTokens up to 3999; 4000 was lowered to 3999.'],
    ],
    [
      'above a limit that was lowered itself',
      { maxTokens: 9000, reasoning: { budgetTokens: 8500 } },
      { maxTokens: 8000, reasoning: { budgetTokens: 7999 } },
      [
        'm takes maxTokens up to 8000; 9000 was lowered to 8000.',
        'm takes reasoning.budgetTokens up to 7999; 8500 was lowered to 7999.',
      ],
    ],
    [
      'where its least is too much',
      { maxTokens: 1000, reasoning: { budgetTokens: 2000 } },
      { reasoning: undefined },
      ['m takes reasoning.budgetTokens from 1024, for which there is no room below 1000; it was dropped.'],
    ],
  ])('%s', (...[, options, expected, messages]) => {
    const { request: adapted, warnings } = adaptParameters(request(options, budget))
    expect(adapted).toMatchObject(expected)
    expect(warnings.map(({ message }) => message)).toEqual(messages)
  })
})
