import {
  accumulate,
  ConfigurationError,
  UnsupportedOperationError,
  ValidationError,
  type ClientCodeRequest,
  type CodeRequest,
  type CompletionOptions,
  type Message,
} from '@llm/core'
import { createFakeHost } from '@llm/core/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { mixtral, MixtralClient, type MixtralModel } from './index.ts'

/** What a model was sent, and what was warned of. */
async function ask(model: string, options: CompletionOptions = {}, host?: string) {
  const { provider, sent } = createFakeHost(host)
  const { warnings } = await mixtral(model, { provider }).complete('Hi', options)
  const dropped = warnings.flatMap(({ code, parameter }) => (code === 'parameter-dropped' ? parameter : []))
  return { sent: sent[0], warnings, dropped: dropped.sort() }
}

describe('mixtral', () => {
  it('makes a client of the family that is a MixtralClient', async () => {
    const { provider } = createFakeHost()
    const client = mixtral('mistral-small-2603', { provider })
    expect(client).toBeInstanceOf(MixtralClient)
    expect([client.family, client.model, client.provider]).toEqual(['mixtral', 'mistral-small-2603', provider])
    expect((await client.spec()).contextWindow).toBe(256_000)
  })

  it('refuses to be made without a provider', () => {
    expect(() => mixtral('mixtral-8x7b', {} as never)).toThrow(ConfigurationError)
  })

  it.each([
    ['mistral-large-9', 'mistral-large-4'],
    ['codestral-9', 'codestral-2508'],
    ['zweistral', 'mistral-large-4'],
  ])('treats an unknown %s like %s, with exactly one warning', async (model, like) => {
    const { sent, warnings } = await ask(model)
    expect(sent?.model).toBe(model)
    expect(warnings.map(({ code }) => code)).toEqual(['unknown-model'])
    expect(warnings[0]?.message).toContain(`treated like ${like}.`)
  })

  it.each([
    ['mistral', 'open-mixtral-8x7b'],
    ['groq', 'mixtral-8x7b-32768'],
    ['bedrock', 'mistral.mixtral-8x7b-instruct-v0:1'],
    ['elsewhere', 'mixtral-8x7b'],
  ])('calls a model what %s does', async (host, model) => {
    expect((await ask('mixtral-8x7b', {}, host)).sent?.model).toBe(model)
  })

  it('warns of an end at Mistral alone, as others keep what is open', async () => {
    expect((await ask('mixtral-8x7b', {}, 'mistral')).warnings.map(({ message }) => message)).toEqual([
      'mixtral-8x7b is deprecated at mistral and ends on 2025-03-30. Use mistral-small-2603.',
    ])
    expect((await ask('mixtral-8x7b', {}, 'bedrock')).warnings).toEqual([])
  })
})

describe('parameters', () => {
  it('keep within their ranges', async () => {
    const { sent, warnings } = await ask('mistral-large-2512', { temperature: 2, topP: 0.5 })
    expect(sent).toMatchObject({ temperature: 1.5, topP: 0.5 })
    expect(warnings.map(({ message }) => message)).toEqual([
      'mistral-large-2512 takes temperature up to 1.5; 2 was lowered to 1.5.',
    ])
  })

  it.each([
    ['mistral-large-2512', ['reasoning.budgetTokens', 'reasoning.effort']],
    ['magistral-medium-latest', ['reasoning.budgetTokens', 'reasoning.effort']],
    ['mistral-medium-2604', ['reasoning.budgetTokens']],
    ['mistral-large-4', ['reasoning.budgetTokens']],
  ])('of reasoning that %s does not take', async (model, dropped) => {
    expect((await ask(model, { reasoning: { effort: 'high', budgetTokens: 100 } })).dropped).toEqual(dropped)
  })

  it('take the levels of effort that a model has', async () => {
    expect((await ask('mistral-small-2603', { reasoning: { effort: 'low' } })).dropped).toEqual(['reasoning.effort'])
    expect((await ask('mistral-large-4', { reasoning: { effort: 'low' } })).dropped).toEqual([])
    const strict = ask('mistral-small-2603', { reasoning: { effort: 'low' }, strict: true })
    await expect(strict).rejects.toThrow(ValidationError)
    await expect(strict).rejects.toMatchObject({
      message: 'mistral-small-2603 takes reasoning.effort "none", "high".',
      parameter: 'reasoning.effort',
    })
  })

  it.each([
    ['devstral-2512', { temperature: 0.15, topP: undefined }],
    ['magistral-small-2509', { temperature: 0.7, topP: 0.95 }],
    ['codestral-2508', { temperature: undefined, topP: undefined }],
    ['mistral-large-2512', { temperature: undefined, topP: undefined }],
  ])('are what Mistral recommends where nothing is said: %s', async (model, recommended) => {
    const { temperature, topP } = (await ask(model)).sent ?? {}
    expect({ temperature, topP }).toEqual(recommended)
    expect((await ask(model, { temperature: 0.3 })).sent?.temperature).toBe(0.3)
  })
})

describe('a history', () => {
  it('has its instructions first, as none may stand behind the results of tools', async () => {
    const { provider, sent } = createFakeHost()
    const history: readonly Message[] = [
      { role: 'user', content: 'How late is it?' },
      { role: 'assistant', content: [{ type: 'tool-call', id: 'c', name: 'now', arguments: {} }] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', content: 'noon' }] },
      { role: 'system', content: 'Be terse.' },
    ]
    await mixtral('mistral-large-2512', { provider }).complete(history)
    expect(sent[0]?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool'])
  })
})

describe('completeCode', () => {
  it('fills in code with Codestral, as it would most likely go on', async () => {
    const { provider } = createFakeHost('mistral')
    const requests: CodeRequest[] = []
    const completeCode = (request: CodeRequest) => {
      requests.push(request)
      return accumulate([{ type: 'text-delta', text: '2' }])
    }
    const client = mixtral('codestral-latest', { provider: { ...provider, completeCode } })
    expect((await client.completeCode({ prefix: 'a = ', suffix: '\n', maxTokens: 5 })).text).toBe('2')
    expect((await client.completeCode({ model: 'codestral-2508', prefix: 'a = ', temperature: 0.4 })).text).toBe('2')
    expect(requests).toMatchObject([
      { model: 'codestral-latest', prefix: 'a = ', suffix: '\n', maxTokens: 5, temperature: 0, warnings: [] },
      { model: 'codestral-2508', temperature: 0.4 },
    ])
  })

  it.each(['codestral-latest', 'mistral-large-4'])('is refused by a host or a model that cannot: %s', async model => {
    const { provider } = createFakeHost('openrouter')
    const call = mixtral(model, { provider }).completeCode({ prefix: 'a' })
    await expect(call).rejects.toThrow(UnsupportedOperationError)
    await expect(call).rejects.toMatchObject({
      hint: "Use codestral-latest over Mistral itself: compatible({ vendor: 'mistral' }).",
    })
  })
})

describe('types', () => {
  it('knows its models, and takes others', () => {
    expectTypeOf<'codestral-latest' | 'mistral-large-4'>().toExtend<MixtralModel>()
    expectTypeOf<'zweistral'>().not.toExtend<MixtralModel>()
    expectTypeOf(mixtral).toBeCallableWith('zweistral', { provider: createFakeHost().provider })
    expectTypeOf<{ suffix: string }>().not.toExtend<ClientCodeRequest>()
  })

  it('demands a provider and knows its options', () => {
    const { provider } = createFakeHost()
    // @ts-expect-error -- a client needs a provider
    expect(() => mixtral('mixtral-8x7b', {})).toThrow()
    // @ts-expect-error -- there is no such option
    mixtral('mixtral-8x7b', { provider, temperature: 1 })
  })
})
