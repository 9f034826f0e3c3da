import { ModelSpecRegistry } from '@llm/core'
import { describe, expect, it } from 'vitest'
import { specs } from './specs.ts'

const registry = new ModelSpecRegistry(specs)
const date = /^20\d\d-[01]\d-[0-3]\d$/

describe('specs', () => {
  it('names every model once, be it by id or alias', () => {
    const names = specs.flatMap(({ id, aliases = [] }) => [id, ...aliases])
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it.each(specs.map(spec => [spec.id, spec] as const))('says of %s only what can be', (id, spec) => {
    expect(spec.family).toBe('mixtral')
    expect(spec.releasedAt).toMatch(date)
    expect(spec.deprecated?.on ?? '2026-01-01').toMatch(date)
    expect((spec.deprecated?.on ?? '9') > (spec.releasedAt ?? '')).toBe(true)
    expect(spec.contextWindow ?? Infinity).toBeGreaterThanOrEqual(spec.maxOutputTokens ?? 0)
    // A dated name is of the month of its release, or of one near it.
    const [, year, month] = /-(2\d)(\d\d)$/.exec(id) ?? []
    const named = Date.UTC(2000 + Number(year), Number(month) - 1, 15)
    if (year !== undefined) expect(Math.abs(Date.parse(spec.releasedAt ?? '') - named) / 864e5).toBeLessThan(40)
  })

  it('has moving names stand for a model that it knows, released with it', () => {
    const moving = specs.filter(({ id }) => id.endsWith('-latest'))
    const released = new Set(specs.filter(({ id }) => !id.endsWith('-latest')).map(({ releasedAt }) => releasedAt))
    expect(moving.length).toBeGreaterThan(5)
    expect(moving.filter(({ releasedAt }) => !released.has(releasedAt))).toEqual([])
  })

  it('recommends only models that it knows and that go on', () => {
    const replacements = specs.flatMap(({ deprecated }) => deprecated?.use ?? [])
    expect(replacements.length).toBeGreaterThan(20)
    expect(replacements.filter(id => registry.find(id)?.deprecated !== undefined || !registry.find(id))).toEqual([])
  })

  it('says what to use instead of every parameter that is refused', () => {
    const refused = specs.flatMap(({ id, parameters }) =>
      Object.entries(parameters).flatMap(([name, { supported, remedy }]) =>
        supported === false ? [{ id, name, remedy }] : [],
      ),
    )
    expect(refused.length).toBeGreaterThan(80)
    expect(refused.filter(({ remedy }) => !remedy)).toEqual([])
  })

  it('has the newest stand in for unknown ones', () => {
    expect(registry.newest()?.id).toBe('mistral-large-4')
  })

  it.each([
    ['mistral-medium-3-5', 'mistral-medium-2604'],
    ['mistral-large-4-0', 'mistral-large-4'],
    ['mistralai/mixtral-8x22b-instruct', 'mixtral-8x22b'],
    ['open-mixtral-8x7b', 'mixtral-8x7b'],
    ['magistral-medium-2509', 'magistral-medium-latest'],
  ])('finds %s as %s', (name, id) => {
    expect(registry.find(name)?.id).toBe(id)
  })

  // The page of each model from https://docs.mistral.ai/models/overview on
  it.each([
    ['codestral-latest', { tools: true, jsonSchema: true, codeCompletion: true, reasoning: false }, 'text,file'],
    [
      'mistral-medium-2604',
      { tools: true, jsonSchema: true, codeCompletion: false, reasoning: true },
      'text,image,file',
    ],
    ['magistral-small-2509', { tools: true, jsonSchema: false, reasoning: true }, 'text,image,file'],
    ['mixtral-8x7b', { jsonSchema: false, reasoning: false }, 'text'],
    ['voxtral-small-2507', { tools: true, jsonSchema: true }, 'text,audio,file'],
  ])('knows what %s can do and reads', (id, capabilities, input) => {
    const spec = registry.find(id)
    expect(spec?.capabilities).toMatchObject(capabilities)
    expect(spec?.input.join()).toBe(input)
    expect(spec?.outputStrategy).toBe(capabilities.jsonSchema ? undefined : 'prompted')
  })

  it('knows which models think in tags, where their hosts leave them', () => {
    const tagged = specs.filter(({ reasoningTags }) => reasoningTags?.open === '[THINK]').map(({ id }) => id)
    expect(tagged).toContain('magistral-small-2509')
    expect(tagged).toContain('mistral-small-2603')
    expect(tagged).not.toContain('codestral-latest')
  })
})
