import {
  ConfigurationError,
  ValidationError,
  type CompletionOptions,
  type Message,
  type ToolDefinition,
  type Warning,
} from '@llm/core'
import { createFakeHost } from '@llm/core/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { claude, ClaudeClient, type ClaudeModel } from './index.ts'

/** What a model was sent for some options, and what was warned of, its end aside. */
async function ask(model: ClaudeModel | (string & {}), options: CompletionOptions, host?: string) {
  const { provider, sent } = createFakeHost(host)
  const { text, warnings } = await claude(model, { provider }).complete('Hi', options)
  expect(text).toBe('ok')
  const messages = warnings.filter(({ code }) => code !== 'deprecated-model').map(({ message }) => message)
  return { sent: sent[0], messages, warnings }
}

const dropped = (warnings: readonly Warning[]) =>
  warnings.flatMap(({ code, parameter }) => (code === 'parameter-dropped' ? parameter : [])).sort()

describe('claude', () => {
  it('makes a client of the family that is a ClaudeClient', async () => {
    const { provider } = createFakeHost()
    const client = claude('claude-sonnet-5-5', { provider })
    expect(client).toBeInstanceOf(ClaudeClient)
    expect([client.family, client.model, client.provider]).toEqual(['claude', 'claude-sonnet-5-5', provider])
    expect((await client.spec()).maxOutputTokens).toBe(128_000)
  })

  it('refuses to be made without a provider', () => {
    expect(() => claude('claude-sonnet-5-5', {} as never)).toThrow(ConfigurationError)
  })

  it('streams through the same rules', async () => {
    const { provider, sent } = createFakeHost()
    // @ts-expect-error -- the model refuses it, so where it is named the option does not compile
    const stream = claude('claude-opus-5-5', { provider }).stream('Hi', { temperature: 0.2 })
    expect(dropped((await stream.completion()).warnings)).toEqual(['temperature'])
    expect(sent[0]?.temperature).toBeUndefined()
  })
})

describe('sampling', () => {
  it('is refused since Opus 4.7, and the warning says what to use', async () => {
    const { sent, messages } = await ask('claude-opus-4-7', { temperature: 0.2 })
    expect(sent?.temperature).toBeUndefined()
    expect(messages).toEqual([
      'claude-opus-4-7 does not take temperature; it was dropped. Use claude-opus-4-6 to set one.',
    ])
  })

  it('is refused in a strict call, which sends nothing', async () => {
    const { provider, sent } = createFakeHost()
    // @ts-expect-error -- the model refuses it, so where it is named the option does not compile
    const call = claude('claude-haiku-5-5', { provider }).complete('Hi', { topK: 5, strict: true })
    await expect(call).rejects.toThrow(ValidationError)
    await expect(call).rejects.toMatchObject({
      message: 'claude-haiku-5-5 does not take topK.',
      hint: 'Use claude-opus-4-6 to set one.',
      parameter: 'topK',
    })
    expect(sent).toEqual([])
  })

  it.each(['claude-opus-4-7', 'claude-opus-5', 'claude-sonnet-5', 'claude-sonnet-5-5', 'claude-fable-5-2'] as const)(
    'is dropped for %s',
    async model => {
      const { warnings } = await ask(model, { temperature: 0.5, topP: 0.5, topK: 5 })
      expect(dropped(warnings)).toEqual(['temperature', 'topK', 'topP'])
    },
  )

  it('goes by one of two where Claude wants that', async () => {
    const both = { temperature: 0.5, topP: 0.5 }
    expect((await ask('claude-3-7-sonnet', both)).messages).toEqual([])
    expect((await ask('claude-haiku-4-5', both)).messages).toEqual([
      'claude-haiku-4-5 takes topP only without temperature; it was dropped.',
    ])
    expect((await ask('claude-sonnet-4-6', { topP: 0.5, topK: 5, stop: ['END'] })).messages).toEqual([])
  })

  it('does not go with thinking', async () => {
    const { sent, messages } = await ask('claude-sonnet-4-5', {
      temperature: 0,
      topK: 3,
      reasoning: { budgetTokens: 2048 },
    })
    expect(sent).toMatchObject({ temperature: undefined, topK: undefined, reasoning: { budgetTokens: 2048 } })
    expect(messages).toEqual([
      'claude-sonnet-4-5 takes temperature only without reasoning.budgetTokens; it was dropped.',
      'claude-sonnet-4-5 takes topK only without reasoning.budgetTokens; it was dropped.',
    ])
    expect((await ask('claude-opus-4-6', { temperature: 0, reasoning: { effort: 'none' } })).messages).toEqual([])
  })

  it('ends at 1', async () => {
    const { sent, messages } = await ask('claude-haiku-4-5', { temperature: 1.5 })
    expect(sent?.temperature).toBe(1)
    expect(messages).toEqual(['claude-haiku-4-5 takes temperature up to 1; 1.5 was lowered to 1.'])
  })
})

describe('thinking', () => {
  it('has a budget of at least 1,024 tokens, below the output limit, before 4.7', async () => {
    const small = await ask('claude-haiku-4-5', { reasoning: { budgetTokens: 100 } })
    expect(small.sent?.reasoning).toEqual({ budgetTokens: 1024 })
    expect(small.messages).toEqual(['claude-haiku-4-5 takes reasoning.budgetTokens from 1024; 100 was raised to 1024.'])
    const large = await ask('claude-opus-4-6', { maxTokens: 5000, reasoning: { budgetTokens: 8000 } })
    expect(large.sent?.reasoning).toEqual({ budgetTokens: 4999 })
    const none = await ask('claude-opus-4-6', { maxTokens: 500, reasoning: { budgetTokens: 8000 } })
    expect(none.sent?.reasoning).toBeUndefined()
  })

  it('has levels of effort instead since 4.7', async () => {
    const { sent, messages } = await ask('claude-opus-4-8', { reasoning: { budgetTokens: 8000, summary: 'auto' } })
    expect(sent?.reasoning).toEqual({ summary: 'auto' })
    expect(messages).toEqual([
      'claude-opus-4-8 does not take reasoning.budgetTokens; it was dropped. Use reasoning.effort instead.',
    ])
  })

  it.each([
    ['claude-3-5-haiku', []],
    ['claude-opus-4-5', []],
    ['claude-haiku-4-5', []],
    ['claude-sonnet-4-6', ['none', 'low', 'medium', 'high', 'max']],
    ['claude-opus-4-7', ['none', 'low', 'medium', 'high', 'xhigh', 'max']],
    ['claude-opus-5-5', ['low', 'medium', 'high', 'xhigh', 'max']],
    ['claude-sonnet-5-5', ['low', 'medium', 'high', 'xhigh', 'max']],
    ['claude-haiku-5-5', ['none', 'low', 'medium', 'high', 'xhigh', 'max']],
    ['claude-fable-5-2', ['low', 'medium', 'high', 'xhigh', 'max']],
  ] as const)('of %s is as hard as %j', async (model, levels) => {
    const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const
    const taken = await Promise.all(
      efforts.map(async effort => ((await ask(model, { reasoning: { effort } })).sent?.reasoning ? [effort] : [])),
    )
    expect(taken.flat()).toEqual(levels)
  })

  it('goes back only while tools are called, for models that want no more', async () => {
    const history: readonly Message[] = [
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm.' },
          { type: 'text', text: 'Ho' },
        ],
      },
      { role: 'user', content: 'Again' },
    ]
    const types = async (model: ClaudeModel) => {
      const { provider, sent } = createFakeHost()
      await claude(model, { provider }).complete(history)
      const content = sent[0]?.messages[1]?.content
      return Array.isArray(content) ? content.map(({ type }: { readonly type: string }) => type) : []
    }
    expect(await types('claude-sonnet-4-5')).toEqual(['text'])
    expect(await types('claude-opus-4-5')).toEqual(['reasoning', 'text'])
  })
})

describe('other parameters', () => {
  it('cannot force a tool on models that always choose themselves', async () => {
    const tools: readonly ToolDefinition[] = [{ name: 'add', description: 'Adds.' }]
    const choose = async (model: ClaudeModel, toolChoice: CompletionOptions['toolChoice']) =>
      (await ask(model, { tools, toolChoice })).messages
    expect(await choose('claude-opus-5-5', 'required')).toEqual([
      'claude-opus-5-5 takes toolChoice "auto", "none"; "required" was dropped. Ask for the call in the prompt, or use claude-haiku-5-5 to force one.',
    ])
    for (const model of ['claude-sonnet-5-5', 'claude-fable-5-1', 'claude-fable-5-2'] as const) {
      expect(await choose(model, { name: 'add' })).toHaveLength(1)
      expect(await choose(model, 'none')).toEqual([])
    }
    for (const model of ['claude-haiku-5-5', 'claude-opus-5', 'claude-fable-5', 'claude-sonnet-4-5'] as const) {
      expect(await choose(model, 'required')).toEqual([])
    }
  })

  it.each(['claude-3-haiku', 'claude-sonnet-4-5', 'claude-opus-5-5'] as const)(
    'knows what %s never had',
    async model => {
      const { warnings } = await ask(model, {
        seed: 1,
        presencePenalty: 1,
        frequencyPenalty: 1,
        verbosity: 'low',
        parallelToolCalls: false,
      })
      expect(dropped(warnings)).toEqual(['frequencyPenalty', 'presencePenalty', 'seed', 'verbosity'])
    },
  )

  it('lowers maxTokens to what the model can write', async () => {
    const { sent, messages } = await ask('claude-haiku-4-5', { maxTokens: 100_000 })
    expect(sent?.maxTokens).toBe(64_000)
    expect(messages).toEqual(['claude-haiku-4-5 takes maxTokens up to 64000; 100000 was lowered to 64000.'])
  })

  it('writes schemas in Claude’s dialect on whichever host', async () => {
    const output = { type: 'object', properties: { age: { type: 'integer', minimum: 0 } }, required: ['age'] }
    const { sent, messages } = await ask('claude-opus-5-5', { output }, 'openrouter')
    expect(sent?.output).toMatchObject({
      strict: true,
      schema: { additionalProperties: false, properties: { age: { type: 'integer', description: '(minimum: 0)' } } },
    })
    expect(messages).toEqual([
      'Of the schema of output, minimum is not enforced. The answer is still checked against it.',
    ])
  })
})

describe('models', () => {
  it('treats an unknown one like the newest, with exactly one warning', async () => {
    const { sent, warnings } = await ask('claude-opus-9', {})
    expect(sent?.model).toBe('claude-opus-9')
    expect(warnings).toEqual([
      {
        code: 'unknown-model',
        message:
          'The model "claude-opus-9" is not known to this version of the library: it is treated like claude-fable-5-2.',
        parameter: 'model',
      },
    ])
  })

  it('says when a model ends, and what follows it', async () => {
    const { warnings } = await ask('claude-sonnet-4-5', {})
    expect(warnings.map(({ message }) => message)).toEqual([
      'claude-sonnet-4-5 is deprecated and ends on 2026-11-30. Use claude-sonnet-5-5.',
    ])
  })

  it('calls a model what its host does', async () => {
    const model = async (host: string) => (await ask('claude-haiku-4-5', {}, host)).sent?.model
    expect(await Promise.all(['anthropic', 'openrouter', 'bedrock'].map(model))).toEqual([
      'claude-haiku-4-5',
      'anthropic/claude-haiku-4.5',
      'global.anthropic.claude-haiku-4-5-20251001-v1:0',
    ])
  })
})

describe('types', () => {
  it('knows its models, and takes others', () => {
    expectTypeOf<'claude-opus-5-5'>().toExtend<ClaudeModel>()
    expectTypeOf<'claude-sonnet-5-5'>().toExtend<ClaudeModel>()
    expectTypeOf<'claude-opus-9'>().not.toExtend<ClaudeModel>()
    expectTypeOf(claude).parameter(0).toEqualTypeOf<ClaudeModel | (string & {})>()
    expectTypeOf(claude).toBeCallableWith('claude-opus-9', { provider: createFakeHost().provider })
  })

  it('demands a provider and knows its options', () => {
    const { provider } = createFakeHost()
    // @ts-expect-error -- a client needs a provider
    expect(() => claude('claude-opus-5-5', {})).toThrow()
    // @ts-expect-error -- there is no such option
    claude('claude-opus-5-5', { provider, temperature: 1 })
  })
})
