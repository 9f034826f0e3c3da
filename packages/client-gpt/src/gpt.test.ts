import {
  ConfigurationError,
  defineProvider,
  type ModelClient,
  UnsupportedOperationError,
  ValidationError,
  type CompletionOptions,
  type PreparedRequest,
  type Provider,
} from '@llm/core'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { gpt, GptClient, type GptModel } from './index.ts'

/** A host that answers everything with `ok`, and what it was sent. */
function fakeHost(id = 'fake'): { provider: Provider; sent: PreparedRequest<unknown>[] } {
  const sent: PreparedRequest<unknown>[] = []
  const provider = defineProvider<unknown>({
    id,
    codec: {
      protocol: 'fake',
      renderRequest: request => {
        sent.push(request)
        return {}
      },
      parseResponse: (_, context) => {
        context.emit({ type: 'text-delta', text: 'ok' })
        context.emit({ type: 'finish', finishReason: 'stop' })
      },
      createStreamParser: () => ({ push: () => undefined, done: true, end: () => true }),
    },
    transport: { fetch: () => Promise.resolve(Response.json({})), readError: () => ({}) },
    options: () => Promise.reject(new Error('no options are used')),
    buildRequest: () => Promise.resolve({ url: 'https://example.com' }),
  })
  return { provider, sent }
}

/** What a model was sent for some options, and what was warned of, its end aside. */
async function ask(model: GptModel | (string & {}), options: CompletionOptions, host?: string) {
  const { provider, sent } = fakeHost(host)
  const { text, warnings } = await gpt(model, { provider }).complete('Hi', options)
  expect(text).toBe('ok')
  const messages = warnings.filter(({ code }) => code !== 'deprecated-model').map(({ message }) => message)
  return { sent: sent[0], messages, warnings }
}

describe('gpt', () => {
  it('makes a client of the family that is a GptClient', async () => {
    const { provider } = fakeHost()
    const client = gpt('gpt-6-luna', { provider })
    expect(client).toBeInstanceOf(GptClient)
    expect([client.family, client.model, client.provider]).toEqual(['gpt', 'gpt-6-luna', provider])
    expect((await client.spec()).maxOutputTokens).toBe(128_000)
  })

  it('refuses to be made without a provider', () => {
    expect(() => gpt('gpt-6-luna', {} as never)).toThrow(ConfigurationError)
  })

  it('uses its defaults where a call says nothing', async () => {
    const { provider, sent } = fakeHost()
    const client = gpt('gpt-4.1', { provider, defaults: { temperature: 0.5, maxTokens: 10 } })
    await client.complete('Hi', { maxTokens: 20 })
    expect(sent[0]).toMatchObject({ temperature: 0.5, maxTokens: 20 })
  })

  it('streams through the same rules', async () => {
    const { provider, sent } = fakeHost()
    // @ts-expect-error -- the model refuses it, so where it is named the option does not compile
    const { text, warnings } = await gpt('gpt-6-luna', { provider }).stream('Hi', { temperature: 0.2 }).completion()
    expect(text).toBe('ok')
    expect(warnings.map(({ parameter }) => parameter)).toEqual(['temperature'])
    expect(sent[0]?.temperature).toBeUndefined()
  })
})

describe('parameters', () => {
  it('drops the temperature of o3 and says what to use', async () => {
    const { sent, messages } = await ask('o3', { temperature: 0.2 })
    expect(messages).toEqual(['o3 does not take temperature; it was dropped. Use gpt-4.1 to set one.'])
    expect(sent?.temperature).toBeUndefined()
  })

  it('refuses it in a strict call, and sends nothing', async () => {
    const { provider, sent } = fakeHost()
    // @ts-expect-error -- the model refuses it, so where it is named the option does not compile
    const call = gpt('o3', { provider }).complete('Hi', { temperature: 0.2, strict: true })
    await expect(call).rejects.toThrow(ValidationError)
    await expect(call).rejects.toMatchObject({
      message: 'o3 does not take temperature.',
      hint: 'Use gpt-4.1 to set one.',
      parameter: 'temperature',
    })
    expect(sent).toEqual([])
  })

  const sampling = { temperature: 1.5, topP: 0.5, presencePenalty: 1, frequencyPenalty: -1 }

  it('passes sampling on to a model that does not reason', async () => {
    const { sent, messages } = await ask('gpt-4.1', sampling)
    expect(sent).toMatchObject(sampling)
    expect(messages).toEqual([])
  })

  it.each(['o1', 'o3-mini', 'o4-mini', 'gpt-5', 'gpt-5-pro', 'gpt-5.5', 'gpt-6-astra'] as const)(
    'drops sampling for %s',
    async model => {
      const { sent, warnings } = await ask(model, sampling)
      const dropped = warnings.filter(({ code }) => code === 'parameter-dropped').map(({ parameter }) => parameter)
      expect(dropped.sort()).toEqual(['frequencyPenalty', 'presencePenalty', 'temperature', 'topP'])
      for (const name of dropped) expect(sent).toMatchObject({ [name as string]: undefined })
    },
  )

  it('takes temperature from a model that reasons on demand only while it does not', async () => {
    const still = await ask('gpt-5.4', { temperature: 0.2, reasoning: { effort: 'none' } })
    expect([still.sent?.temperature, still.messages]).toEqual([0.2, []])
    const byDefault = await ask('gpt-5.1', { temperature: 0.2 })
    expect([byDefault.sent?.temperature, byDefault.messages]).toEqual([0.2, []])
    const thinking = await ask('gpt-5.4', { temperature: 0.2, reasoning: { effort: 'high' } })
    expect(thinking.sent?.temperature).toBeUndefined()
    expect(thinking.messages).toEqual([
      'gpt-5.4 takes temperature only with reasoning.effort "none"; it was dropped. Set reasoning.effort to \'none\' to set one.',
    ])
  })

  it('keeps to the levels of effort that a model has', async () => {
    const kept = await ask('gpt-5', { reasoning: { effort: 'minimal' } })
    expect([kept.sent?.reasoning, kept.messages]).toEqual([{ effort: 'minimal' }, []])
    const dropped = await ask('o3', { reasoning: { effort: 'xhigh', summary: 'auto' } })
    expect(dropped.sent?.reasoning).toEqual({ summary: 'auto' })
    expect(dropped.messages).toEqual(['o3 takes reasoning.effort "low", "medium", "high"; "xhigh" was dropped.'])
    const chat = await ask('gpt-4o', { reasoning: { effort: 'low' } })
    expect(chat.sent?.reasoning).toBeUndefined()
    expect(chat.messages).toEqual([
      'gpt-4o does not take reasoning.effort; it was dropped. Use gpt-6.1-sol to set one.',
    ])
  })

  it('lowers maxTokens to what the model can write', async () => {
    const { sent, messages } = await ask('gpt-4o', { maxTokens: 20_000 })
    expect(sent?.maxTokens).toBe(16_384)
    expect(messages).toEqual(['gpt-4o takes maxTokens up to 16384; 20000 was lowered to 16384.'])
  })

  it.each([
    {
      options: { stop: ['END'] },
      refusing: ['o3', 'o4-mini', 'gpt-5', 'gpt-6-luna'],
      taking: ['o1', 'o3-mini', 'gpt-4.1'],
    },
    { options: { verbosity: 'low' }, refusing: ['o3', 'gpt-4.1'], taking: ['gpt-5', 'gpt-6-luna'] },
    { options: { parallelToolCalls: false }, refusing: ['o1', 'o3', 'o4-mini'], taking: ['gpt-4.1', 'gpt-5'] },
    { options: { topK: 3 }, refusing: ['gpt-4.1', 'o3', 'gpt-6-luna'], taking: [] },
  ] as const)('knows who takes $options', async ({ options, refusing, taking }) => {
    const dropped = async (model: string) =>
      (await ask(model, options)).warnings.flatMap(({ code, parameter }) =>
        code === 'parameter-dropped' ? parameter : [],
      )
    const names = Object.keys(options)
    expect(await Promise.all(refusing.map(dropped))).toEqual(refusing.map(() => names))
    expect(await Promise.all(taking.map(dropped))).toEqual(taking.map(() => []))
  })
})

describe('models', () => {
  it('treats an unknown one like the newest, with exactly one warning', async () => {
    const { sent, warnings } = await ask('gpt-99', {})
    expect(sent?.model).toBe('gpt-99')
    expect(warnings).toEqual([
      {
        code: 'unknown-model',
        message: 'The model "gpt-99" is not known to this version of the library: it is treated like gpt-6.2-sol.',
        parameter: 'model',
      },
    ])
  })

  it('says when a model ends, and what follows it', async () => {
    const { warnings } = await ask('o3', {})
    expect(warnings.map(({ message }) => message)).toEqual([
      'o3 is deprecated and ends on 2026-12-11. Use gpt-5.6-sol.',
    ])
  })

  it('calls a model what its host does', async () => {
    const model = async (host: string) => (await ask('gpt-5.4', {}, host)).sent?.model
    expect(await Promise.all(['openai', 'openrouter', 'bedrock'].map(model))).toEqual([
      'gpt-5.4',
      'openai/gpt-5.4',
      'openai.gpt-5.4',
    ])
  })

  it('keeps to a snapshot where the host has it', async () => {
    const model = async (host: string) => (await ask('gpt-4.1-2025-04-14', {}, host)).sent?.model
    expect(await Promise.all(['openai', 'openrouter'].map(model))).toEqual(['gpt-4.1-2025-04-14', 'openai/gpt-4.1'])
  })

  it.each([
    ['gpt-image-2', 'generateImage()'],
    ['dall-e-3', 'generateImage()'],
    ['text-embedding-3-small', 'embed()'],
  ])('refuses a text call on %s before anything is sent, and names the call', async (model, call) => {
    const { provider, sent } = fakeHost()
    const answer = gpt(model, { provider }).complete('Hi')
    await expect(answer).rejects.toThrow(UnsupportedOperationError)
    await expect(answer).rejects.toMatchObject({ hint: `${model} has no text output: use ${call}.` })
    expect(sent).toEqual([])
  })
})

describe('types', () => {
  it('knows its models, and takes others', () => {
    expectTypeOf<'gpt-6-luna'>().toExtend<GptModel>()
    expectTypeOf<'gpt-6.2-sol'>().toExtend<GptModel>()
    expectTypeOf<'gpt-99'>().not.toExtend<GptModel>()
    expectTypeOf(gpt).toBeCallableWith('gpt-99', { provider: fakeHost().provider })
  })

  it('knows what each model refuses, and nothing of those that it does not know', async () => {
    const { provider } = fakeHost()
    const client = gpt('gpt-5.4', { provider, defaults: { verbosity: 'low' } })
    await client.complete('Hi', { temperature: 0.2, reasoning: { effort: 'none' } })
    // @ts-expect-error -- a level that gpt-5.4 has not
    await client.complete('Hi', { reasoning: { effort: 'minimal' } })
    // @ts-expect-error -- o3 does not take it in a conversation either
    await gpt('o3', { provider }).chat({ topP: 0.5 }).send('Hi')
    // @ts-expect-error -- nor as a default
    gpt('o3', { provider, defaults: { temperature: 1 } })
    const name: string = 'o3'
    await gpt(name, { provider }).complete('Hi', { temperature: 0.2 })
    await gpt('gpt-99', { provider }).complete('Hi', { temperature: 0.2 })
    expectTypeOf(gpt('o3', { provider })).toExtend<ModelClient>()
    expectTypeOf(gpt(name, { provider })).toEqualTypeOf<GptClient>()
  })

  it('demands a provider and knows its options', () => {
    const { provider } = fakeHost()
    // @ts-expect-error -- a client needs a provider
    expect(() => gpt('gpt-4.1', {})).toThrow()
    // @ts-expect-error -- there is no such option
    gpt('gpt-4.1', { provider, temperature: 1 })
  })
})
