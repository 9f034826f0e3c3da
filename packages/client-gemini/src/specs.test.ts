import { ModelSpecRegistry } from '@llm/core'
import { specProblems } from '@llm/core/testing'
import { describe, expect, it } from 'vitest'
import { CATALOGUE } from './catalogue.ts'
import { specs } from './specs.ts'

const registry = new ModelSpecRegistry(specs)

describe('specs', () => {
  it('says only what can be, and nothing that the catalogue contradicts', () => {
    expect(specs.length).toBeGreaterThan(25)
    expect(specProblems(specs, CATALOGUE)).toEqual([])
  })

  it('knows the window of every model that writes', () => {
    const writers = specs.filter(({ output }) => output.includes('text'))
    expect(writers.length).toBeGreaterThan(15)
    expect(writers.filter(({ contextWindow }) => contextWindow === undefined)).toEqual([])
  })

  it('leaves out the models of other APIs', () => {
    expect(specs.map(({ id }) => id).filter(id => /live|omni/.test(id))).toEqual([])
    expect(Object.keys(CATALOGUE).filter(id => /live|omni/.test(id))).not.toEqual([])
  })

  it('has the newest model that writes text stand in for unknown ones', () => {
    expect(registry.newest()?.id).toBe('gemini-4-argon')
  })

  // The pages of the models below https://ai.google.dev/gemini-api/docs/models
  it.each([
    ['gemini-2.5-pro', 1_048_576, 65_536, 'text,image,audio,video,file', 'text'],
    ['gemini-3.8-flash', 1_048_576, 65_536, 'text,image,audio,video,file', 'text'],
    ['gemini-4-argon', 1_048_576, 65_536, 'text,image,audio,video,file', 'text'],
    ['gemini-3-pro-image', 65_536, 32_768, 'text,image', 'text,image'],
    ['gemini-2.5-flash-tts', 8_192, undefined, 'text', 'audio'],
    ['veo-3.1-generate-001', undefined, undefined, 'text,image', 'video'],
    ['gemini-embedding-2', 8_192, undefined, 'text,image,audio,video', 'embedding'],
  ])('knows the limits and kinds of %s', (id, ...facts) => {
    const spec = registry.find(id)
    expect([spec?.contextWindow, spec?.maxOutputTokens, spec?.input.join(), spec?.output.join()]).toEqual(facts)
  })

  it.each([
    ['google/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['gemini-2.5-flash-preview-tts', 'gemini-2.5-flash-tts'],
    ['gemini-3-pro-image-preview', 'gemini-3-pro-image'],
    ['~google/gemini-flash-latest', 'gemini-flash-latest'],
  ])('finds %s as %s', (name, id) => {
    expect(registry.find(name)?.id).toBe(id)
  })

  it.each([
    ['gemini-2.5-flash', true, true, false],
    ['gemini-3-flash-preview', true, true, true],
    ['gemini-3.1-pro-preview', true, true, true],
    ['gemini-4-argon', true, true, true],
    ['gemini-flash-latest', true, true, true],
    ['gemini-3-pro-image', false, true, undefined],
    ['gemini-2.5-flash-image', false, false, undefined],
    ['gemini-3.8-flash-tts', false, undefined, undefined],
  ])('tells whether %s takes functions, a schema, and both at once', (id, ...facts) => {
    const { tools, jsonSchema, toolsWithSchema } = registry.find(id)?.capabilities ?? {}
    expect([tools, jsonSchema, toolsWithSchema]).toEqual(facts)
  })
})
