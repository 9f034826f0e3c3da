import { ModelSpecRegistry } from '@llm/core'
import { specProblems } from '@llm/core/testing'
import { describe, expect, it } from 'vitest'
import { CATALOGUE } from './catalogue.ts'
import { specs } from './specs.ts'

const registry = new ModelSpecRegistry(specs)

describe('specs', () => {
  it('says only what can be, and nothing that the catalogue contradicts', () => {
    expect(specs.length).toBeGreaterThan(20)
    expect(specProblems(specs, CATALOGUE)).toEqual([])
  })

  it('knows the limits, the release and the family of every model', () => {
    for (const spec of specs) {
      expect(spec).toMatchObject({ family: 'claude', output: ['text'], releasedAt: expect.any(String) as string })
      expect([spec.id, typeof spec.contextWindow, typeof spec.maxOutputTokens]).toEqual([spec.id, 'number', 'number'])
    }
  })

  it('has the newest model stand in for unknown ones', () => {
    expect(registry.newest()?.id).toBe('claude-fable-5-2')
  })

  // The pages of the models below https://platform.claude.com/docs/en/models/overview
  it.each([
    ['claude-3-5-sonnet', 200_000, 8_192, '2024-04'],
    ['claude-opus-4-0', 200_000, 32_000, '2025-01'],
    ['claude-sonnet-4-5', 200_000, 64_000, '2025-01'],
    ['claude-haiku-4-5', 200_000, 64_000, '2025-02'],
    ['claude-opus-4-6', 1_000_000, 128_000, '2025-05'],
    ['claude-opus-5-5', 1_000_000, 128_000, '2026-06'],
    ['claude-haiku-5-5', 1_000_000, 128_000, '2026-06'],
  ])('knows the limits of %s', (id, ...limits) => {
    const spec = registry.find(id)
    expect([spec?.contextWindow, spec?.maxOutputTokens, spec?.knowledgeCutoff]).toEqual(limits)
  })

  it.each([
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5@20250929', 'claude-sonnet-4-5'],
    ['claude-3-5-sonnet-20241022', 'claude-3-5-sonnet'],
    ['claude-opus-4-20250514', 'claude-opus-4-0'],
    ['anthropic/claude-opus-4.6', 'claude-opus-4-6'],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-haiku-4-5'],
    ['anthropic.claude-opus-5', 'claude-opus-5'],
    ['anthropic.claude-sonnet-5-5', 'claude-sonnet-5-5'],
  ])('finds %s as %s', (name, id) => {
    expect(registry.find(name)?.id).toBe(id)
  })

  it.each([
    ['claude-3-opus', 'text,image', false, 'tool', 'same-turn-tools'],
    ['claude-3-7-sonnet', 'text,image,file', false, 'tool', 'same-turn-tools'],
    ['claude-opus-4-1', 'text,image,file', false, 'tool', 'same-turn-tools'],
    ['claude-sonnet-4-5', 'text,image,file', true, undefined, 'same-turn-tools'],
    ['claude-haiku-4-5', 'text,image,file', true, undefined, 'same-turn-tools'],
    ['claude-opus-4-5', 'text,image,file', true, undefined, 'always'],
    ['claude-sonnet-4-6', 'text,image,file', true, undefined, 'always'],
    ['claude-opus-5', 'text,image,file', true, undefined, 'always'],
    ['claude-haiku-5-5', 'text,image,file', true, undefined, 'always'],
  ])('tells what %s reads, keeps to and wants back', (id, ...facts) => {
    const spec = registry.find(id)
    expect([spec?.input.join(), spec?.capabilities.jsonSchema, spec?.outputStrategy, spec?.reasoningReplay]).toEqual(
      facts,
    )
  })
})
