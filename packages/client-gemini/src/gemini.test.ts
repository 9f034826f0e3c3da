import {
  ConfigurationError,
  UnsupportedOperationError,
  ValidationError,
  type CompletionOptions,
  type JsonSchema,
  type Warning,
} from '@llm/core'
import { createFakeHost } from '@llm/core/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { gemini, GeminiClient, type GeminiModel } from './index.ts'

/** What a model was sent for some options, and what was warned of, its end aside. */
async function ask(model: GeminiModel | (string & {}), options: CompletionOptions, host?: string) {
  const { provider, sent } = createFakeHost(host)
  const { text, warnings } = await gemini(model, { provider }).complete('Hi', options)
  expect(text).toBe('ok')
  const messages = warnings.filter(({ code }) => code !== 'deprecated-model').map(({ message }) => message)
  return { sent: sent[0], messages, warnings }
}

const dropped = (warnings: readonly Warning[]) =>
  warnings.flatMap(({ code, parameter }) => (code === 'parameter-dropped' ? parameter : [])).sort()

describe('gemini', () => {
  it('makes a client of the family that is a GeminiClient', async () => {
    const { provider } = createFakeHost()
    const client = gemini('gemini-3.8-flash', { provider })
    expect(client).toBeInstanceOf(GeminiClient)
    expect([client.family, client.model, client.provider]).toEqual(['gemini', 'gemini-3.8-flash', provider])
    expect((await client.spec()).maxOutputTokens).toBe(65_536)
  })

  it('refuses to be made without a provider', () => {
    expect(() => gemini('gemini-3.8-flash', {} as never)).toThrow(ConfigurationError)
  })

  it('streams through the same rules', async () => {
    const { provider, sent } = createFakeHost()
    // @ts-expect-error -- the model refuses it, so where it is named the option does not compile
    const stream = gemini('gemini-4-argon', { provider }).stream('Hi', { temperature: 0.2 })
    expect(dropped((await stream.completion()).warnings)).toEqual(['temperature'])
    expect(sent[0]?.temperature).toBeUndefined()
  })
})

describe('parameters', () => {
  const sampling = { temperature: 1.5, topP: 0.5, topK: 3, stop: ['END'], seed: 7 }

  it.each(['gemini-2.5-flash', 'gemini-3-flash-preview', 'gemini-3.1-pro-preview', 'gemini-3.5-flash'] as const)(
    'passes sampling on to %s',
    async model => {
      const { sent, messages } = await ask(model, sampling)
      expect(sent).toMatchObject(sampling)
      expect(messages).toEqual([])
    },
  )

  it.each([
    'gemini-3.5-flash-lite',
    'gemini-3.6-flash',
    'gemini-3.8-flash',
    'gemini-4-argon',
    'gemini-flash-latest',
  ] as const)('drops sampling for %s, which ignores it', async model => {
    const { sent, warnings } = await ask(model, sampling)
    expect(dropped(warnings)).toEqual(['temperature', 'topK', 'topP'])
    expect(sent).toMatchObject({ temperature: undefined, stop: ['END'], seed: 7 })
  })

  it('says what to use, and refuses in a strict call', async () => {
    const { messages } = await ask('gemini-3.8-flash', { temperature: 0 })
    expect(messages).toEqual([
      'gemini-3.8-flash does not take temperature; it was dropped. Use gemini-3.1-pro-preview to set one.',
    ])
    const { provider, sent } = createFakeHost()
    // @ts-expect-error -- the model refuses it, so where it is named the option does not compile
    const call = gemini('gemini-3.8-flash', { provider }).complete('Hi', { temperature: 0, strict: true })
    await expect(call).rejects.toThrow(ValidationError)
    await expect(call).rejects.toMatchObject({
      hint: 'Use gemini-3.1-pro-preview to set one.',
      parameter: 'temperature',
    })
    expect(sent).toEqual([])
  })

  it('knows its ranges', async () => {
    const { sent, messages } = await ask('gemini-2.5-pro', { temperature: 3, maxTokens: 100_000 })
    expect(sent).toMatchObject({ temperature: 2, maxTokens: 65_536 })
    expect(messages).toEqual([
      'gemini-2.5-pro takes maxTokens up to 65536; 100000 was lowered to 65536.',
      'gemini-2.5-pro takes temperature up to 2; 3 was lowered to 2.',
    ])
  })

  it.each(['gemini-2.5-flash', 'gemini-3.8-flash'] as const)('knows what %s never had', async model => {
    const options = { presencePenalty: 1, frequencyPenalty: 1, verbosity: 'low', parallelToolCalls: false } as const
    const { warnings } = await ask(model, options)
    expect(dropped(warnings)).toEqual(['frequencyPenalty', 'parallelToolCalls', 'presencePenalty', 'verbosity'])
  })
})

describe('thinking', () => {
  it.each([
    ['gemini-2.5-pro', ['minimal', 'low', 'medium', 'high']],
    ['gemini-2.5-flash', ['none', 'minimal', 'low', 'medium', 'high']],
    ['gemini-2.5-flash-lite', ['none', 'minimal', 'low', 'medium', 'high']],
    ['gemini-2.5-flash-image', []],
    ['gemini-3.1-pro-preview', ['low', 'medium', 'high']],
    ['gemini-3-flash-preview', ['minimal', 'low', 'medium', 'high']],
    ['gemini-3-pro-image', []],
    ['gemini-3.1-flash-lite-image', ['minimal', 'high']],
    ['gemini-3.8-flash', ['low', 'medium', 'high']],
    ['gemini-4-argon', ['low', 'medium', 'high']],
  ] as const)('of %s is as hard as %j', async (model, levels) => {
    const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
    const taken = await Promise.all(
      efforts.map(async effort => ((await ask(model, { reasoning: { effort } })).sent?.reasoning ? [effort] : [])),
    )
    expect(taken.flat()).toEqual(levels)
  })

  it.each([
    ['gemini-2.5-pro', 0, { budgetTokens: 128 }],
    ['gemini-2.5-pro', 50_000, { budgetTokens: 32_768 }],
    ['gemini-2.5-flash', 0, { budgetTokens: 0 }],
    ['gemini-2.5-flash', 50_000, { budgetTokens: 24_576 }],
    ['gemini-3.8-flash', 2000, undefined],
    ['gemini-3-pro-image', 2000, undefined],
  ] as const)('of %s with %i tokens is %o', async (model, budgetTokens, expected) => {
    expect((await ask(model, { reasoning: { budgetTokens } })).sent?.reasoning).toEqual(expected)
  })

  it('has levels instead of a budget since Gemini 3', async () => {
    const { messages } = await ask('gemini-3.1-pro-preview', { reasoning: { budgetTokens: 2000 } })
    expect(messages).toEqual([
      'gemini-3.1-pro-preview does not take reasoning.budgetTokens; it was dropped. Use reasoning.effort instead.',
    ])
  })

  it('takes its signatures back', async () => {
    const { provider } = createFakeHost()
    expect((await gemini('gemini-3.8-flash', { provider }).spec()).reasoningReplay).toBe('always')
  })
})

describe('schemas', () => {
  const written = async (output: JsonSchema) => {
    const { sent, messages } = await ask('gemini-3.8-flash', { output }, 'openrouter')
    return { schema: sent?.output?.type === 'schema' ? sent.output.schema : undefined, messages }
  }

  it('have references written out and one value in an enum, on whichever host', async () => {
    const { schema, messages } = await written({
      type: 'object',
      properties: {
        a: { $ref: '#/$defs/A' },
        kind: { const: 'x' },
        or: { oneOf: [{ type: 'string' }, { type: 'null' }] },
      },
      required: ['a'],
      $defs: { A: { type: 'array', prefixItems: [{ type: 'string' }, { type: ['number', 'null'], minimum: 0 }] } },
    })
    expect(schema).toEqual({
      type: 'object',
      properties: {
        a: { type: 'array', prefixItems: [{ type: 'string' }, { type: ['number', 'null'], minimum: 0 }] },
        kind: { enum: ['x'] },
        or: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      },
      required: ['a'],
    })
    expect(messages).toEqual([])
  })

  it('tell the model what is not enforced', async () => {
    const { schema, messages } = await written({
      type: 'object',
      properties: { name: { type: 'string', pattern: '^[A-Z]' }, yes: { type: 'boolean', const: true } },
    })
    expect(schema).toMatchObject({
      properties: {
        name: { type: 'string', description: '(pattern: "^[A-Z]")' },
        yes: { type: 'boolean', description: '(const: true)' },
      },
    })
    expect(messages).toEqual([
      'Of the schema of output, pattern is not enforced, const is not enforced. The answer is still checked against it.',
    ])
  })
})

describe('models', () => {
  it('treats an unknown one like the newest, with exactly one warning', async () => {
    const { sent, warnings } = await ask('gemini-9-neon', {})
    expect(sent?.model).toBe('gemini-9-neon')
    expect(warnings).toEqual([
      {
        code: 'unknown-model',
        message:
          'The model "gemini-9-neon" is not known to this version of the library: it is treated like gemini-4-argon.',
        parameter: 'model',
      },
    ])
  })

  it('says when a model ends, and what follows it', async () => {
    const warned = async (model: GeminiModel) => (await ask(model, {})).warnings.map(({ message }) => message)
    expect(await warned('gemini-2.5-pro')).toEqual([
      'gemini-2.5-pro is deprecated and ends on 2026-12-01. Use gemini-3.8-flash.',
    ])
    expect(await warned('gemini-3.7-flash')).toEqual(['gemini-3.7-flash is deprecated. Use gemini-3.8-flash.'])
  })

  it('calls a model what its host does', async () => {
    const model = async (host: string) => (await ask('gemini-3.8-flash', {}, host)).sent?.model
    expect(await Promise.all(['google', 'vertex', 'openrouter'].map(model))).toEqual([
      'gemini-3.8-flash',
      'gemini-3.8-flash',
      'google/gemini-3.8-flash',
    ])
  })

  it.each([
    ['gemini-embedding-2', 'embed()'],
    ['gemini-3.8-flash-tts', 'generateSpeech()'],
    ['imagen-4.0-generate-001', 'generateImage()'],
    ['veo-3.1-generate-001', 'generateVideo()'],
  ] as const)('refuses a text call on %s before anything is sent, and names the call', async (model, call) => {
    const { provider, sent } = createFakeHost()
    const answer = gemini(model, { provider }).complete('Hi')
    await expect(answer).rejects.toThrow(UnsupportedOperationError)
    await expect(answer).rejects.toMatchObject({ hint: `${model} has no text output: use ${call}.` })
    expect(sent).toEqual([])
  })

  it('refuses functions for a model that makes images', async () => {
    const { provider } = createFakeHost()
    const tools = [{ name: 'add', description: 'Adds.' }]
    const answer = gemini('gemini-3-pro-image', { provider }).complete('Hi', { tools })
    await expect(answer).rejects.toThrow('gemini-3-pro-image takes no tools.')
  })
})

describe('types', () => {
  it('knows its models, and takes others', () => {
    expectTypeOf<'gemini-3.8-flash'>().toExtend<GeminiModel>()
    expectTypeOf<'gemini-4-argon'>().toExtend<GeminiModel>()
    expectTypeOf<'gemini-3.1-flash-live-preview'>().not.toExtend<GeminiModel>()
    expectTypeOf<'gemini-9-neon'>().not.toExtend<GeminiModel>()
    expectTypeOf(gemini).parameter(0).toEqualTypeOf<GeminiModel | (string & {})>()
    expectTypeOf(gemini).toBeCallableWith('gemini-9-neon', { provider: createFakeHost().provider })
  })

  it('demands a provider and knows its options', () => {
    const { provider } = createFakeHost()
    // @ts-expect-error -- a client needs a provider
    expect(() => gemini('gemini-3.8-flash', {})).toThrow()
    // @ts-expect-error -- there is no such option
    gemini('gemini-3.8-flash', { provider, temperature: 1 })
  })
})
