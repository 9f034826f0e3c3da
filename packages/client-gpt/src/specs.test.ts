import { ModelSpecRegistry } from '@llm/core'
import { describe, expect, it } from 'vitest'
import { specs } from './specs.ts'

const registry = new ModelSpecRegistry(specs)
const date = /^20\d\d-[01]\d-[0-3]\d$/

describe('specs', () => {
  it('gives no name to two models, be it an id, an alias or a host id', () => {
    const names = specs.flatMap(({ id, aliases = [], hosts = {} }) => [
      ...new Set([id, ...aliases, ...Object.values(hosts)]),
    ])
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it.each(specs.map(spec => [spec.id, spec] as const))('says of %s only what can be', (id, spec) => {
    const writes = spec.output.includes('text')
    expect(spec.family).toBe('gpt')
    expect(spec.releasedAt).toMatch(date)
    expect(spec.knowledgeCutoff ?? '2023-01').toMatch(/^20\d\d-[01]\d$/)
    expect((spec.knowledgeCutoff ?? '') < (spec.releasedAt ?? '')).toBe(true)
    expect(spec.deprecated?.on ?? '2026-01-01').toMatch(date)
    if (writes) {
      expect(spec.maxOutputTokens).toBeGreaterThan(0)
      expect(spec.contextWindow).toBeGreaterThanOrEqual(spec.maxOutputTokens ?? Infinity)
    }
    // A dated snapshot is of its model, and not older than its release.
    for (const alias of (spec.aliases ?? []).filter(name => /-\d{4}-\d\d-\d\d$/.test(name))) {
      expect(alias.startsWith(id)).toBe(true)
      expect(alias.slice(-10) >= (spec.releasedAt ?? '')).toBe(true)
    }
  })

  it('recommends only models that it knows and that go on', () => {
    const replacements = specs.flatMap(({ deprecated }) => deprecated?.use ?? [])
    expect(replacements.length).toBeGreaterThan(10)
    expect(replacements.filter(id => registry.find(id)?.deprecated !== undefined || !registry.find(id))).toEqual([])
  })

  it('says what to use instead of every parameter that is refused', () => {
    const refused = specs.flatMap(({ id, parameters }) =>
      Object.entries(parameters).flatMap(([name, parameter]) =>
        parameter.supported === false ? [{ id, name, remedy: parameter.remedy }] : [],
      ),
    )
    expect(refused.length).toBeGreaterThan(100)
    expect(refused.filter(({ remedy }) => !remedy)).toEqual([])
  })

  it('has the newest model that writes text stand in for unknown ones', () => {
    expect(registry.newest()?.id).toBe('gpt-6.2-sol')
  })

  // The pages of the models at https://developers.openai.com/api/docs/models
  it.each([
    ['gpt-4.1', 1_047_576, 32_768, '2024-06'],
    ['gpt-4o-mini', 128_000, 16_384, '2023-10'],
    ['o3', 200_000, 100_000, '2024-06'],
    ['gpt-5', 400_000, 128_000, '2024-09'],
    ['gpt-6.2-sol', 1_050_000, 128_000, '2026-06'],
    ['gpt-audio', 128_000, 16_384, '2023-10'],
  ])('knows the limits of %s', (id, ...limits) => {
    const spec = registry.find(id)
    expect([spec?.contextWindow, spec?.maxOutputTokens, spec?.knowledgeCutoff]).toEqual(limits)
  })

  it.each([
    ['gpt-4.1-2025-04-14', 'gpt-4.1'],
    ['gpt-4o-2024-08-06', 'gpt-4o-2024-08-06'],
    ['gpt-5.6', 'gpt-5.6-sol'],
    ['gpt-35-turbo', 'gpt-3.5-turbo'],
    ['openai/gpt-6-luna', 'gpt-6-luna'],
    ['us.openai.gpt-5.6-luna', 'gpt-5.6-luna'],
  ])('finds %s as %s', (name, id) => {
    expect(registry.find(name)?.id).toBe(id)
  })

  it.each([
    ['o3', ['low', 'medium', 'high']],
    ['gpt-5', ['minimal', 'low', 'medium', 'high']],
    ['gpt-5.2', ['none', 'low', 'medium', 'high', 'xhigh']],
    ['gpt-6-astra', ['low', 'medium', 'high', 'xhigh', 'max']],
  ])('offers the levels of effort of %s', (id, values) => {
    expect(registry.find(id)?.parameters['reasoning.effort']?.values).toEqual(values)
  })

  it('tells which models keep to a JSON schema, see and read files', () => {
    const can = (id: string) => {
      const spec = registry.find(id)
      return [spec?.capabilities.jsonSchema, spec?.input.join(), spec?.outputStrategy]
    }
    expect(can('gpt-4-turbo')).toEqual([false, 'text,image', 'tool'])
    expect(can('gpt-4o')).toEqual([true, 'text,image,file', undefined])
    expect(can('o3-mini')).toEqual([true, 'text', undefined])
    expect(can('gpt-audio')).toEqual([false, 'text,audio', 'tool'])
  })
  // https://developers.openai.com/api/docs/models/gpt-4o
  it('knows what a model costs', () => {
    expect(registry.find('gpt-4o')?.price).toEqual({ input: 2.5, output: 10, cacheRead: 1.25 })
  })
})
