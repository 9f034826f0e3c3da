import { ModelSpecRegistry } from '@llm/core'
import { describe, expect, it } from 'vitest'
import { specs } from './specs.ts'

const registry = new ModelSpecRegistry(specs)
const date = /^20\d\d-[01]\d-[0-3]\d$/

describe('specs', () => {
  it('names every model once, be it by id, alias or a host id', () => {
    const names = specs.flatMap(({ id, aliases = [], hosts = {} }) => [
      ...new Set([id, ...aliases, ...Object.values(hosts)]),
    ])
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it.each(specs.map(spec => [spec.id, spec] as const))('says of %s only what can be', (_id, spec) => {
    expect(spec).toMatchObject({ family: 'deepseek', output: ['text'] })
    expect(spec.releasedAt).toMatch(date)
    expect(spec.deprecated?.on ?? '2026-01-01').toMatch(date)
    expect(spec.contextWindow ?? Infinity).toBeGreaterThanOrEqual(spec.maxOutputTokens ?? 0)
    const effort = spec.parameters['reasoning.effort']
    if (effort?.values !== undefined) expect(effort.values).toContain(effort.default)
  })

  it('recommends only models that it knows and that go on', () => {
    const replacements = specs.flatMap(({ deprecated }) => deprecated?.use ?? [])
    expect(replacements.length).toBeGreaterThan(4)
    expect(replacements.filter(id => registry.find(id)?.deprecated !== undefined || !registry.find(id))).toEqual([])
  })

  it('says what to use instead of every parameter that is refused', () => {
    const refused = specs.flatMap(({ id, parameters }) =>
      Object.entries(parameters).flatMap(([name, { supported, remedy }]) =>
        supported === false ? [{ id, name, remedy }] : [],
      ),
    )
    expect(refused.length).toBeGreaterThan(50)
    expect(refused.filter(({ remedy }) => !remedy)).toEqual([])
  })

  it('has the newest stand in for unknown ones', () => {
    expect(registry.newest()?.id).toBe('deepseek-v4.1-flash')
  })

  it.each([
    ['deepseek-flash', 'deepseek-v4.1-flash'],
    ['deepseek/deepseek-r1', 'deepseek-r1'],
    ['deepseek-ai/DeepSeek-R1-Distill-Qwen-7B', 'deepseek-r1-distill-qwen-7b'],
    ['deepseek-r1:8b', 'deepseek-r1-0528-qwen3-8b'],
    ['accounts/fireworks/models/deepseek-v3p2', 'deepseek-v3.2'],
  ])('finds %s as %s', (name, id) => {
    expect(registry.find(name)?.id).toBe(id)
  })

  // https://api-docs.deepseek.com/quick_start/pricing and the announcement of each
  it.each([
    ['deepseek-v4.1-flash', { tools: true, jsonMode: true, jsonSchema: false, reasoning: true, codeCompletion: true }],
    ['deepseek-r1', { tools: undefined, jsonMode: false, reasoning: true, codeCompletion: false }],
    ['deepseek-r1-0528', { tools: true, jsonMode: true, reasoning: true, codeCompletion: false }],
    ['deepseek-chat', { tools: true, jsonMode: true, reasoning: false, codeCompletion: true }],
  ])('knows what %s can do', (id, capabilities) => {
    const spec = registry.find(id)
    expect({ ...spec?.capabilities, tools: spec?.capabilities.tools }).toMatchObject(capabilities)
    expect(spec?.outputStrategy).toBe('prompted')
  })
})
