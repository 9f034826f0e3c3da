import { ModelSpecRegistry } from '@llm/core'
import { describe, expect, it } from 'vitest'
import { specs } from './specs.ts'

const registry = new ModelSpecRegistry(specs)

describe('specs', () => {
  it('names every model once, be it by id, alias or a host id', () => {
    const names = specs.flatMap(({ id, aliases = [], hosts = {} }) => [
      ...new Set([id, ...aliases, ...Object.values(hosts)]),
    ])
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it.each(specs.map(spec => [spec.id, spec] as const))('says of %s only what can be', (_id, spec) => {
    expect(spec).toMatchObject({ family: 'llama', output: ['text'], outputStrategy: 'prompted' })
    expect(spec.releasedAt).toMatch(/^202\d-[01]\d-[0-3]\d$/)
    expect(spec.knowledgeCutoff).toMatch(/^202\d-[01]\d$/)
    expect((spec.knowledgeCutoff ?? '') < (spec.releasedAt ?? '')).toBe(true)
    expect(spec.contextWindow ?? Infinity).toBeGreaterThanOrEqual(spec.maxOutputTokens ?? 0)
    const refused = Object.values(spec.parameters).filter(({ supported }) => supported === false)
    expect(refused.filter(({ remedy }) => !remedy)).toEqual([])
  })

  it.each([
    ['llama-3.1-8b-instant', 'llama-3.1-8b-instruct'],
    ['meta-llama/Llama-3.3-70B-Instruct', 'llama-3.3-70b-instruct'],
    ['llama3.2-vision:11b', 'llama-3.2-11b-vision-instruct'],
    ['us.meta.llama4-scout-17b-instruct-v1:0', 'llama-4-scout'],
  ])('finds %s as %s', (name, id) => {
    expect(registry.find(name)?.id).toBe(id)
  })

  // The model cards at https://github.com/meta-llama/llama-models
  it.each([
    ['llama-3-8b-instruct', '2023-03', 'text', undefined, undefined],
    ['llama-3.1-405b-instruct', '2023-12', 'text', true, false],
    ['llama-3.2-90b-vision-instruct', '2023-12', 'text,image', true, false],
    ['llama-4-maverick', '2024-08', 'text,image', true, true],
  ])('knows what %s knows, reads and can do', (id, ...expected) => {
    const { knowledgeCutoff, input, capabilities } = registry.find(id) ?? {}
    expect([knowledgeCutoff, input?.join(), capabilities?.tools, capabilities?.parallelTools]).toEqual(expected)
  })
})
