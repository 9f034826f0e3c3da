import type { CompletionRequest, EmbeddingRequest, ModelSpec } from '@llm/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { cacheKey, digest, namespacePrefix, type CacheCall } from './cache-key.ts'
import { completionFields, plainFields, type Host } from './request-fields.ts'

const host = { id: 'host', protocol: 'protocol' }
const runs = { seed: 7, numRuns: 100 }

const keyOf = (request: CompletionRequest, at: Host = host): string => digest(completionFields(at, request))
const keyOfTexts = (request: EmbeddingRequest): string => digest(plainFields(host, 'embed', request))

const base: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }
const spec: ModelSpec = {
  id: 'm',
  family: 'f',
  input: ['text'],
  output: ['text'],
  capabilities: {},
  parameters: {},
}

type Idle = 'metadata' | 'signal' | 'timeout' | 'warnings' | 'media'
type Decisive = Required<Omit<CompletionRequest, Idle>>

/** A value for every field that can change an answer, and another one: the type lets none be left out. */
const DECISIVE: { readonly [K in keyof Decisive]: readonly [Decisive[K], Decisive[K]] } = {
  model: ['m', 'n'],
  messages: [base.messages, [{ role: 'user', content: 'Ho' }]],
  tools: [[{ name: 'a' }], [{ name: 'b' }]],
  toolChoice: ['required', 'none'],
  parallelToolCalls: [true, false],
  output: ['json', { type: 'object' }],
  outputStrategy: ['native', 'prompted'],
  maxTokens: [1, 2],
  temperature: [0, 1],
  topP: [0.1, 0.2],
  topK: [1, 2],
  stop: [['a'], ['b']],
  seed: [1, 2],
  presencePenalty: [0, 1],
  frequencyPenalty: [0, 1],
  reasoning: [{ effort: 'low' }, { effort: 'high' }],
  verbosity: ['low', 'high'],
  webSearch: [true, { maxUses: 1 }],
  fileSearch: [{ vectorStoreIds: ['a'] }, { vectorStoreIds: ['b'] }],
  providerOptions: [{ host: { a: 1 } }, { host: { a: 2 } }],
  unsupportedMedia: ['placeholder', 'refuse'],
  strict: [false, true],
  spec: [spec, { ...spec, maxOutputTokens: 5 }],
}

/** A value for every field that cannot. */
const IDLE: Required<Pick<CompletionRequest, Idle>> = {
  metadata: { requestId: 'r', userId: 'u', tags: ['t'], cache: 'refresh' },
  signal: new AbortController().signal,
  timeout: 5,
  warnings: [{ code: 'other', message: 'w' }],
  media: { maxBytes: 5 },
}

const anyRequest: fc.Arbitrary<CompletionRequest> = fc
  .record(
    Object.fromEntries(Object.entries(DECISIVE).map(([name, values]) => [name, fc.constantFrom<unknown>(...values)])),
    { requiredKeys: ['model', 'messages'] },
  )
  .map(request => request as unknown as CompletionRequest)

describe('the key of a completion', () => {
  test.each(Object.entries(DECISIVE))('changes with %s', (name, [one, other]) => {
    fc.assert(
      fc.property(anyRequest, request => {
        expect(keyOf({ ...request, [name]: one })).not.toBe(keyOf({ ...request, [name]: other }))
      }),
      runs,
    )
  })

  test('does not change with what names the call, limits it, or was done before', () => {
    const idle = fc.record(
      Object.fromEntries(Object.entries(IDLE).map(([name, value]) => [name, fc.constant<unknown>(value)])),
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(anyRequest, idle, (request, more) => {
        expect(keyOf({ ...request, ...more })).toBe(keyOf(request))
      }),
      runs,
    )
  })

  test('does not change with the order of keys, nor with keys that are undefined', () => {
    fc.assert(
      fc.property(anyRequest, fc.integer(), (request, seed) => {
        const shuffled = Object.entries(request).toSorted(([a], [b]) =>
          digest(a + seed).localeCompare(digest(b + seed)),
        )
        expect(keyOf({ ...(Object.fromEntries(shuffled) as object), seed: request.seed } as CompletionRequest)).toBe(
          keyOf(request),
        )
      }),
      runs,
    )
  })

  test('tells hosts and their wire formats apart', () => {
    expect(keyOf(base, { id: 'other', protocol: 'protocol' })).not.toBe(keyOf(base))
    expect(keyOf(base, { id: 'host', protocol: 'other' })).not.toBe(keyOf(base))
  })

  test('tells endpoints apart, but not two ways to write one', () => {
    const at = (baseURL: string): string => keyOf(base, { ...host, baseURL })
    expect(at('https://a.test/v1')).not.toBe(at('https://b.test/v1'))
    expect(at('https://a.test/v1')).not.toBe(keyOf(base))
    expect(at('https://a.test/v1/')).toBe(at('https://a.test/v1'))
  })

  test('is the same for two ways to say the same', () => {
    const parts = [{ type: 'text' as const, text: 'Hi' }]
    expect(keyOf({ ...base, messages: [{ role: 'user', content: parts }] })).toBe(keyOf(base))
    expect(keyOf({ ...base, tools: [], stop: [], toolChoice: 'auto', webSearch: false, strict: false })).toBe(
      keyOf(base),
    )
    const json = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false }
    expect(keyOf({ ...base, output: z.object({ a: z.string() }) })).toBe(
      keyOf({ ...base, output: z.object({ a: z.string() }) }),
    )
    expect(keyOf({ ...base, output: { ...json } })).toBe(keyOf({ ...base, output: { ...json } }))
  })

  test('does not depend on how a tool is run, nor on what a model costs', () => {
    const tool = { name: 't', parameters: z.object({ a: z.number() }) }
    expect(keyOf({ ...base, tools: [{ ...tool, execute: () => 1 } as typeof tool] })).toBe(
      keyOf({ ...base, tools: [tool] }),
    )
    const priced: ModelSpec = { ...spec, price: { input: 1, output: 2 }, releasedAt: '2026-01-01' }
    expect(keyOf({ ...base, spec: priced })).toBe(keyOf({ ...base, spec }))
  })

  test('is different for messages that differ in role, order, or where one ends', () => {
    const say = (...texts: string[]): string =>
      keyOf({ ...base, messages: texts.map(content => ({ role: 'user', content })) })
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.array(fc.string(), { minLength: 1 }), (a, b) => {
        expect(say(...a) === say(...b)).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
      runs,
    )
  })
})

describe('the key of another call', () => {
  test('leaves out what names the call', () => {
    const request: EmbeddingRequest = { model: 'm', input: ['a'] }
    const named = { ...request, metadata: { userId: 'u' }, idempotencyKey: 'k', timeout: 1, signal: IDLE.signal }
    expect(keyOfTexts(named)).toBe(keyOfTexts(request))
    expect(keyOfTexts({ ...request, dimensions: 3 })).not.toBe(keyOfTexts(request))
    expect(keyOfTexts({ ...request, task: 'query' })).not.toBe(keyOfTexts(request))
  })

  test('is of its operation', () => {
    expect(digest(plainFields(host, 'moderate', {}))).not.toBe(digest(plainFields(host, 'rerank', {})))
  })
})

describe('namespaces', () => {
  const call: CacheCall = { operation: 'complete', provider: 'host', request: base, fields: { a: 1 } }

  test('are told apart whatever is in their names', () => {
    expect(cacheKey(call, { namespace: 'a:b' })?.startsWith(namespacePrefix('a'))).toBe(false)
    expect(cacheKey(call, { namespace: () => 'a' })).toBe(cacheKey(call, { namespace: 'a' }))
  })

  test('the key tells nothing of what was asked', () => {
    expect(cacheKey({ ...call, fields: { secret: 'prompt' } }, { namespace: 'n' })).toMatch(/^n:[\w-]{43}$/)
  })

  test('a function of the call may choose what counts, and keep it out', () => {
    const key = ({ request }: CacheCall): unknown => request.model
    expect(cacheKey({ ...call, fields: { b: 2 } }, { key, namespace: 'n' })).toBe(
      cacheKey(call, { key, namespace: 'n' }),
    )
    expect(cacheKey(call, { key: () => undefined, namespace: 'n' })).toBeUndefined()
  })
})
