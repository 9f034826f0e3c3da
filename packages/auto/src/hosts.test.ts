import { loadProvider } from '@llm/core'
import type { VendorId } from '@llm/provider-compatible'
import { compatible } from '@llm/provider-compatible'
import { vertex } from '@llm/provider-google'
import { expect, expectTypeOf, test } from 'vitest'
import { hostOf, VENDORS } from './hosts.ts'

test('a host is its package', () => {
  expect(hostOf('groq')).toEqual({ packageName: '@llm/provider-groq', factory: 'groq' })
  expect(hostOf('my-host')).toEqual({ packageName: '@llm/provider-my-host', factory: 'my-host' })
})

test('Vertex is in the package of Google', () => {
  expect(hostOf('vertex')).toEqual({ packageName: '@llm/provider-google', factory: 'vertex' })
  expect(vertex().id).toBe('vertex')
})

test('vendors are those that the package for compatible endpoints knows', () => {
  expectTypeOf<(typeof VENDORS)[number]>().toEqualTypeOf<VendorId>()
  for (const vendor of VENDORS) {
    expect(hostOf(vendor)).toEqual({
      packageName: '@llm/provider-compatible',
      factory: 'compatible',
      settings: { vendor },
    })
    expect(compatible({ vendor }).id).toBe(vendor)
  }
})

test.each(['anthropic', 'azure', 'bedrock', 'google', 'groq', 'openai', 'openrouter'])(
  '%s makes another of itself from what differs',
  async name => {
    const provider = await loadProvider(name)
    const backup = provider.derive?.({ timeout: 1000 })
    expect([backup?.id, backup?.derive?.({}).id]).toEqual([name, name])
    expect(() => provider.derive?.({ timeuot: 1 })).toThrow('timeuot')
    const baseURL = 'https://eu.example.com/v1'
    expect([provider.baseURL, provider.derive?.({ baseURL }).baseURL]).toEqual([undefined, baseURL])
  },
)
