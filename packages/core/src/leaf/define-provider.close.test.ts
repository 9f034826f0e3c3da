import { expect, test } from 'vitest'
import type { CompletionCodec } from './codec.ts'
import { defineProvider, type HostDefinition } from './define-provider.ts'

const codec: CompletionCodec<object> = {
  protocol: 'none',
  renderRequest: () => ({}),
  parseResponse: () => undefined,
  createStreamParser: () => ({ push: () => undefined, done: true, end: () => true }),
}

function provider(fetch: HostDefinition<object, object>['transport']['fetch'], close?: () => Promise<void>) {
  return defineProvider<object>({
    id: 'fake',
    codec,
    transport: { fetch, readError: () => ({}) },
    options: () => Promise.reject(new Error('none')),
    buildRequest: () => Promise.reject(new Error('none')),
    ...(close && { close }),
  })
}

test('closing a provider closes what it holds, and the fetch that it was given', async () => {
  const closed: string[] = []
  const closing = (name: string) => async () => void closed.push(name)
  const fetch = Object.assign(async () => new Response(), { close: closing('fetch') })
  await provider(fetch).close?.()
  expect(closed).toEqual(['fetch'])
  await provider(fetch, closing('host')).close?.()
  expect(closed.toSorted()).toEqual(['fetch', 'fetch', 'host'])
  await provider(undefined, closing('other')).close?.()
  expect(closed).toHaveLength(4)
})

test('a provider that holds nothing has nothing to close', () => {
  expect(provider(undefined)).not.toHaveProperty('close')
  expect(provider(async () => new Response())).not.toHaveProperty('close')
})

test('what cannot be closed is said', async () => {
  const stuck = Object.assign(async () => new Response(), { close: () => Promise.reject(new Error('stuck')) })
  await expect(provider(stuck).close?.()).rejects.toThrow('stuck')
})
