import type { StandardSchema } from '@llm/core'
import { expect, test } from 'vitest'
import { createEmbed } from './capabilities/embeddings.ts'
import { createFiles } from './capabilities/files.ts'
import { createListModels } from './capabilities/models.ts'
import { createChatCodec } from './chat/codec.ts'
import { defineHost } from './define-host.ts'

interface Options {
  readonly tier?: string
}

const OPTIONS = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as unknown as StandardSchema<Options>

function hostOf(answer: object) {
  const built: unknown[] = []
  const provider = defineHost({
    id: 'host',
    codec: createChatCodec<Options>(),
    path: '/chat',
    client: () =>
      Promise.resolve({
        buildRequest: options => {
          built.push(options)
          return Promise.resolve({ url: 'http://localhost/', req: { method: options.method } })
        },
      }),
    options: () => Promise.resolve(OPTIONS),
    applyOptions: (body, options) => ({ ...body, ...options }),
    readError: () => ({ message: 'own words', status: 503 }),
    transport: { fetch: () => Promise.resolve(Response.json(answer)) },
    capabilities: host => ({ embed: createEmbed(host), files: createFiles(host), listModels: createListModels(host) }),
  })
  return { provider, built }
}

test('completions and all else are built by the same client', async () => {
  const { provider, built } = hostOf({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] })
  await provider.complete({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
  expect(built).toMatchObject([{ method: 'post', path: '/chat', body: { model: 'm' } }])
})

test('options of the host go into the body of every call, whether JSON or a form', async () => {
  const { provider, built } = hostOf({ id: 'f', data: [{ embedding: [1] }] })
  const providerOptions = { host: { tier: 'fast' } } as object
  await provider.embed({ model: 'm', input: ['a'], providerOptions })
  await provider.files.upload({ data: new Uint8Array(), filename: 'a', providerOptions })
  expect(built).toMatchObject([
    { method: 'post', path: '/embeddings', body: { model: 'm', input: ['a'], tier: 'fast' } },
    { method: 'post', path: '/files', body: expect.any(FormData) },
  ])
  expect(Object.fromEntries((built[1] as { body: FormData }).body)).toMatchObject({
    purpose: 'user_data',
    tier: 'fast',
  })
})

test('lists and objects have brackets in a form, and an option replaces what the call has of its own', async () => {
  const { provider, built } = hostOf({ id: 'f' })
  const options = { tier: { names: ['a', 'b'], after: { seconds: 5, anchor: 'now' } }, purpose: 'batch' }
  const providerOptions = { host: options } as object
  await provider.files.upload({ data: new Uint8Array([1]), filename: 'a', providerOptions })
  const fields = [...(built[0] as { body: FormData }).body].filter(([name]) => name !== 'file')
  expect(fields).toEqual([
    ['purpose', 'batch'],
    ['tier[names][]', 'a'],
    ['tier[names][]', 'b'],
    ['tier[after][seconds]', '5'],
    ['tier[after][anchor]', 'now'],
  ])
})

test('what has no body is asked for, and what is no answer fails in the host’s own words', async () => {
  const { provider, built } = hostOf({ error: 'no' })
  await expect(provider.listModels()).rejects.toMatchObject({ status: 503, message: 'host answered 503: own words' })
  expect(built).toEqual([{ method: 'get', path: '/models' }])
})

test('a host with names of its own for models sends those, and says what is behind them', async () => {
  const built: object[] = []
  const provider = defineHost({
    id: 'host',
    codec: createChatCodec<Options>(),
    path: '/chat',
    client: () =>
      Promise.resolve({ buildRequest: options => (built.push(options), Promise.reject(new Error('enough'))) }),
    options: () => Promise.resolve(OPTIONS),
    nameOf: model => `our-${model}`,
    modelOf: name => name.slice('our-'.length),
  })
  const call = provider.complete({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
  await expect(call).rejects.toThrow('enough')
  expect(built).toMatchObject([{ body: { model: 'our-m' } }])
  expect(provider.modelOf?.('our-m')).toBe('m')
})
