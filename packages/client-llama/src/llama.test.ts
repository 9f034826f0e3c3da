import { ConfigurationError, ValidationError, type CompletionOptions, type Message } from '@llm/core'
import { createFakeHost } from '@llm/core/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { llama, LlamaClient, type LlamaModel } from './index.ts'

/** What a model was sent, and what was warned of. */
async function ask(model: string, options: CompletionOptions = {}, host?: string) {
  const { provider, sent } = createFakeHost(host)
  const { warnings } = await llama(model, { provider }).complete('Hi', options)
  return { sent: sent[0], warnings, messages: warnings.map(({ message }) => message) }
}

describe('llama', () => {
  it('makes a client of the family that is a LlamaClient', async () => {
    const { provider } = createFakeHost()
    const client = llama('llama-4-scout', { provider })
    expect(client).toBeInstanceOf(LlamaClient)
    expect([client.family, client.model, client.provider]).toEqual(['llama', 'llama-4-scout', provider])
    expect((await client.spec()).contextWindow).toBe(10_000_000)
  })

  it('refuses to be made without a provider', () => {
    expect(() => llama('llama-4-scout', {} as never)).toThrow(ConfigurationError)
  })

  it('treats an unknown model like the newest, with exactly one warning', async () => {
    const { sent, warnings } = await ask('llama-9')
    expect(sent?.model).toBe('llama-9')
    expect(warnings.map(({ code }) => code)).toEqual(['unknown-model'])
    expect(warnings[0]?.message).toContain('treated like llama-4-maverick.')
  })

  it.each([
    ['groq', 'llama-3.3-70b-versatile'],
    ['bedrock', 'us.meta.llama3-3-70b-instruct-v1:0'],
    ['openrouter', 'meta-llama/llama-3.3-70b-instruct'],
    ['cerebras', 'llama-3.3-70b'],
  ])('calls a model what %s does', async (host, model) => {
    expect((await ask('llama-3.3-70b-instruct', {}, host)).sent?.model).toBe(model)
  })
})

describe('parameters', () => {
  it('of reasoning are dropped, and the warning says what to do', async () => {
    const { sent, messages } = await ask('llama-4-maverick', { reasoning: { effort: 'high' }, temperature: 0.5 })
    expect(sent?.reasoning).toBeUndefined()
    expect(sent?.temperature).toBe(0.5)
    expect(messages).toEqual([
      'llama-4-maverick does not take reasoning.effort; it was dropped. Ask for the steps in words.',
    ])
  })

  it('are refused by name in a strict call, which sends nothing', async () => {
    const { provider, sent } = createFakeHost()
    // @ts-expect-error -- the model refuses it, so where it is named the option does not compile
    const call = llama('llama-4-maverick', { provider }).complete('Hi', { verbosity: 'low', strict: true })
    await expect(call).rejects.toThrow(ValidationError)
    await expect(call).rejects.toMatchObject({ parameter: 'verbosity' })
    expect(sent).toEqual([])
  })

  it('ask for several calls at once from Llama 4 alone', async () => {
    const tools = [{ name: 'now', parameters: { type: 'object' } }]
    expect((await ask('llama-3.3-70b-instruct', { tools, parallelToolCalls: true })).messages).toEqual([
      'llama-3.3-70b-instruct takes parallelToolCalls false; true was dropped. Use llama-4-maverick for several calls at once.',
    ])
    expect((await ask('llama-3.3-70b-instruct', { tools, parallelToolCalls: false })).messages).toEqual([])
    expect((await ask('llama-4-scout', { tools, parallelToolCalls: true })).sent?.parallelToolCalls).toBe(true)
  })
})

describe('instructions', () => {
  const picture = { type: 'image', source: { url: 'https://example.com/a.png' } } as const
  const history: readonly Message[] = [
    { role: 'system', content: 'Be terse.' },
    { role: 'user', content: [picture] },
  ]

  it.each([
    ['llama-3.2-11b-vision-instruct', ['user']],
    ['llama-4-scout', ['system', 'user']],
  ])('reach %s beside images', async (model, roles) => {
    const { provider, sent } = createFakeHost()
    await llama(model, { provider }).complete(history)
    expect(sent[0]?.messages.map(({ role }) => role)).toEqual(roles)
    expect(JSON.stringify(sent[0]?.messages)).toContain('Be terse.')
  })
})

describe('types', () => {
  it('knows its models, and takes others', () => {
    expectTypeOf<'llama-4-scout'>().toExtend<LlamaModel>()
    expectTypeOf<'llama-9'>().not.toExtend<LlamaModel>()
    expectTypeOf(llama).toBeCallableWith('llama-9', { provider: createFakeHost().provider })
  })

  it('demands a provider and knows its options', () => {
    const { provider } = createFakeHost()
    // @ts-expect-error -- a client needs a provider
    expect(() => llama('llama-4-scout', {})).toThrow()
    // @ts-expect-error -- there is no such option
    llama('llama-4-scout', { provider, temperature: 1 })
  })
})
