import { describe, expect, test } from 'vitest'
import { defineProvider } from '../leaf/define-provider.ts'
import type { CompletionCodec } from '../leaf/codec.ts'
import type { Provider } from '../provider.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import { ModelSpecRegistry } from '../specs/registry.ts'
import type { ClientOptions } from './client-options.ts'
import { ModelClient } from './model-client.ts'

const spec: ModelSpec = {
  id: 'm-1',
  family: 'f',
  hosts: { host: 'vendor/m-1' },
  contextWindow: 1000,
  maxOutputTokens: 200,
  input: ['text'],
  output: ['text'],
  capabilities: {},
  parameters: { temperature: { supported: false } },
  price: { input: 1, output: 10 },
}
const codec: CompletionCodec<object> = {
  protocol: 'p',
  renderRequest: ({ model, messages }) => ({ model, said: messages.length }),
  parseResponse: () => undefined,
  createStreamParser: () => ({ done: true, push: () => undefined, end: () => true }),
}

/** A host that must not be called. */
const host = (): Provider =>
  defineProvider({
    id: 'host',
    codec,
    transport: { fetch: () => Promise.reject(new Error('sent')), readError: () => ({}) },
    options: () => Promise.reject(new Error('none')),
    buildRequest: () => Promise.reject(new Error('built')),
  })

const client = (provider: Provider, more: Partial<ClientOptions> = {}): ModelClient =>
  new ModelClient('m-1', {
    provider,
    ...more,
    family: {
      name: 'f',
      registry: () => new ModelSpecRegistry([spec]),
      tokenizer: () => Promise.resolve(text => text.length),
    },
  })

describe('a plan', () => {
  test('says everything about a call and sends nothing', async () => {
    const foreign = { protocol: 'q', data: 1 }
    const plan = await client(host()).plan(
      [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: [{ type: 'text', text: 'Yes?', state: foreign }] },
        { role: 'user', content: 'abc' },
      ],
      { temperature: 1, maxTokens: 100 },
    )
    expect(plan).toMatchObject({
      provider: 'host',
      model: 'vendor/m-1',
      spec: { id: 'm-1' },
      tokens: { inputTokens: 21, source: 'tokenizer', errorBound: 0.05 },
      limits: { contextWindow: 1000, maxOutputTokens: 200, fits: true, room: 979 },
      body: { model: 'vendor/m-1', said: 3 },
    })
    expect(plan.warnings.map(({ code }) => code)).toEqual(['parameter-dropped', 'state-dropped'])
    expect(plan.cost?.min).toBeCloseTo((21 * 0.95) / 1e6, 12)
    expect(plan.cost?.max).toBeCloseTo((21 * 1.05 + 100 * 10) / 1e6, 12)
  })

  test('of a provider that shows no bodies says what the client knows', async () => {
    const blind: Provider = { ...host(), preview: undefined as never }
    const plan = await client(blind).plan('Hi', { temperature: 1 })
    expect(plan).toMatchObject({ model: 'vendor/m-1', warnings: [{ parameter: 'temperature' }] })
    expect(plan).not.toHaveProperty('body')
    expect(plan.cost?.max).toBeCloseTo((6 * 1.05 + 200 * 10) / 1e6, 12)
  })

  test('of a model without limits and prices leaves those out', async () => {
    const bare = {
      ...spec,
      price: undefined,
      contextWindow: undefined,
      maxOutputTokens: undefined,
    } as unknown as ModelSpec
    const family = { name: 'f', registry: () => new ModelSpecRegistry([bare]) }
    const plan = await new ModelClient('m-1', { provider: host(), family }).plan('Hi')
    expect(plan).not.toHaveProperty('cost')
    expect(plan.limits).toEqual({})
    expect(plan.tokens.source).toBe('heuristic')
  })
})

describe('tokens', () => {
  test('are counted by the provider where it counts', async () => {
    const counting: Provider = { ...host(), countTokens: () => Promise.resolve({ inputTokens: 7, source: 'provider' }) }
    expect(await client(counting).countTokens('Hi')).toEqual({ inputTokens: 7, source: 'provider' })
    expect(await client(host()).countTokens('Hi')).toEqual({ inputTokens: 6, source: 'tokenizer', errorBound: 0.05 })
  })

  test('that do not fit are refused before anything is sent, or the oldest turns go', async () => {
    const long = 'x'.repeat(2000)
    await expect(client(host()).complete(long)).rejects.toMatchObject({
      code: 'context_length',
      hint: expect.any(String) as string,
    })
    const asked: string[] = []
    const provider: Provider = {
      ...host(),
      complete: ({ messages, warnings = [] }) => {
        asked.push(...messages.map(({ content }) => content as string), ...warnings.map(({ code }) => code))
        return Promise.reject(new Error('enough'))
      },
    }
    const messages = [
      { role: 'user', content: long },
      { role: 'assistant', content: 'Yes.' },
      { role: 'user', content: 'Hi' },
    ] as const
    await expect(client(provider, { onOverflow: 'trim' }).complete(messages)).rejects.toThrow('enough')
    expect(asked).toEqual(['Hi', 'history-trimmed'])
  })
})

describe('another provider', () => {
  test('keeps opaque state only where it speaks the same protocol', () => {
    const one = client(host())
    expect(one.setProvider({ ...host(), id: 'twin' })).toEqual({ from: 'host', to: 'twin', stateKept: true })
    expect(one.setProvider({ ...host(), id: 'other', protocol: 'q' })).toEqual({
      from: 'twin',
      to: 'other',
      stateKept: false,
    })
  })

  test('may stand beside the first', () => {
    const one = client(host())
    const two = one.over({ ...host(), id: 'other' })
    expect([one.provider.id, two.provider.id, two.model, two.family]).toEqual(['host', 'other', 'm-1', 'f'])
  })
})
