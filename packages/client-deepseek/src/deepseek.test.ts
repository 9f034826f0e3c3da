import {
  accumulate,
  ConfigurationError,
  defineProvider,
  UnsupportedOperationError,
  ValidationError,
  type ClientCodeRequest,
  type CodeRequest,
  type CompletionOptions,
  type Message,
  type Warning,
} from '@llm/core'
import { createFakeHost } from '@llm/core/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { deepseek, DeepSeekClient, type DeepSeekModel } from './index.ts'

/** What a model was sent, and what was warned of. */
async function ask(model: string, options: CompletionOptions = {}, messages: string | readonly Message[] = 'Hi') {
  const { provider, sent } = createFakeHost()
  const { warnings } = await deepseek(model, { provider }).complete(messages, options)
  return { sent: sent[0], warnings, dropped: droppedOf(warnings) }
}

const droppedOf = (warnings: readonly Warning[]) =>
  warnings.flatMap(({ code, parameter }) => (code === 'parameter-dropped' ? parameter : [])).sort()

/** A host that tells an answer as one text, or as pieces of it. */
function telling(...pieces: readonly string[]) {
  return defineProvider<unknown>({
    id: 'raw',
    codec: {
      protocol: 'raw',
      renderRequest: () => ({}),
      parseResponse(_, context) {
        context.emit({ type: 'text-delta', text: pieces.join('') })
        context.emit({ type: 'finish', finishReason: 'stop' })
      },
      createStreamParser: context => ({
        push({ data }) {
          context.emit({ type: 'text-delta', text: JSON.parse(data) as string })
        },
        done: false,
        end() {
          context.emit({ type: 'finish', finishReason: 'stop' })
          return true
        },
      }),
    },
    transport: {
      readError: () => ({}),
      fetch: ((url: string) =>
        Promise.resolve(
          url.endsWith('stream')
            ? new Response(pieces.map(piece => `data: ${JSON.stringify(piece)}\n\n`).join(''))
            : Response.json({}),
        )) as typeof fetch,
    },
    options: () => Promise.reject(new Error('no options are used')),
    buildRequest: (_, { stream }) => Promise.resolve({ url: `https://example.com/${stream ? 'stream' : 'whole'}` }),
  })
}

describe('deepseek', () => {
  it('makes a client of the family that is a DeepSeekClient', async () => {
    const { provider } = createFakeHost()
    const client = deepseek('deepseek-v4.1-flash', { provider })
    expect(client).toBeInstanceOf(DeepSeekClient)
    expect([client.family, client.model, client.provider]).toEqual(['deepseek', 'deepseek-v4.1-flash', provider])
    expect((await client.spec()).maxOutputTokens).toBe(384_000)
  })

  it('refuses to be made without a provider', () => {
    expect(() => deepseek('deepseek-chat', {} as never)).toThrow(ConfigurationError)
  })

  it('treats an unknown model like the newest, with exactly one warning', async () => {
    const { sent, warnings } = await ask('deepseek-v9')
    expect(sent?.model).toBe('deepseek-v9')
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      [
        'unknown-model',
        'The model "deepseek-v9" is not known to this version of the library: it is treated like deepseek-v4.1-flash.',
      ],
    ])
  })

  it('warns of an end where the model ends, and nowhere else', async () => {
    const codes = async (host: string) => {
      const { provider } = createFakeHost(host)
      const { warnings } = await deepseek('deepseek-chat', { provider }).complete('Hi')
      return warnings.map(({ message }) => message)
    }
    expect(await codes('deepseek')).toEqual([
      'deepseek-chat is deprecated at deepseek and ends on 2026-07-24. Use deepseek-v4.1-flash.',
    ])
    expect(await codes('openrouter')).toEqual([])
  })
})

describe('parameters', () => {
  const sampling = { temperature: 0.5, presencePenalty: 1, frequencyPenalty: 1 }

  it('of sampling have no place while V4 thinks, which it does unless it is told not to', async () => {
    expect((await ask('deepseek-v4-pro', sampling)).dropped).toEqual(Object.keys(sampling).sort())
    const still = await ask('deepseek-v4-pro', { ...sampling, topP: 0.5, reasoning: { effort: 'none' } })
    expect(still.dropped).toEqual([])
    expect(still.sent).toMatchObject({ ...sampling, topP: 0.5 })
  })

  it('of V4.1 keep top p near one while it thinks', async () => {
    const { sent, warnings } = await ask('deepseek-v4.1-flash', { topP: 0.5 })
    expect(sent?.topP).toBe(0.95)
    expect(warnings.map(({ message }) => message)).toEqual([
      'deepseek-v4.1-flash takes topP from 0.95; 0.5 was raised to 0.95. Leave reasoning.effort out for it.',
    ])
    expect((await ask('deepseek-v4.1-flash', { topP: 1, reasoning: { effort: 'none' } })).dropped).toEqual(['topP'])
  })

  it('force no tool while it thinks', async () => {
    const tools = [{ name: 'now', parameters: { type: 'object' } }] as const
    const forced = { tools, toolChoice: 'required' } as const
    expect((await ask('deepseek-v4.1-flash', forced)).dropped).toEqual(['toolChoice'])
    expect((await ask('deepseek-v4.1-flash', { ...forced, reasoning: { effort: 'none' } })).dropped).toEqual([])
    expect((await ask('deepseek-v3.2', forced)).dropped).toEqual([])
  })

  it('are refused by name in a strict call', async () => {
    const call = ask('deepseek-reasoner', { temperature: 0.5, strict: true })
    await expect(call).rejects.toThrow(ValidationError)
    await expect(call).rejects.toMatchObject({
      message: 'deepseek-reasoner does not take temperature.',
      hint: 'Use deepseek-v4.1-flash with reasoning.effort none to set one.',
    })
  })

  it.each([
    ['deepseek-chat', ['reasoning.budgetTokens', 'reasoning.effort']],
    ['deepseek-r1', ['reasoning.budgetTokens', 'reasoning.effort']],
    ['deepseek-v3.2', ['reasoning.budgetTokens']],
    ['deepseek-v4.1-flash', ['reasoning.budgetTokens']],
  ])('of reasoning that %s does not take', async (model, dropped) => {
    expect((await ask(model, { reasoning: { effort: 'high', budgetTokens: 100 } })).dropped).toEqual(dropped)
  })

  it.each([
    ['deepseek-r1', { temperature: 0.6, topP: 0.95 }],
    ['deepseek-r1-distill-llama-70b', { temperature: 0.6, topP: 0.95 }],
    ['deepseek-coder-33b-instruct', { temperature: 0, topP: undefined }],
    ['deepseek-v3.2', { temperature: undefined, topP: undefined }],
  ])('are what DeepSeek recommends where nothing is said: %s', async (model, recommended) => {
    const { temperature, topP } = (await ask(model)).sent ?? {}
    expect({ temperature, topP }).toEqual(recommended)
    expect((await ask(model, { temperature: 0.3 })).sent?.temperature).toBe(0.3)
  })
})

describe('a history', () => {
  const thought = (text: string): Message => ({
    role: 'assistant',
    content: [
      { type: 'reasoning', text },
      { type: 'text', text: 'so' },
    ],
  })
  const history: readonly Message[] = [
    { role: 'system', content: 'Be terse.' },
    { role: 'user', content: 'One?' },
    thought('early'),
    { role: 'user', content: 'Two?' },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'late' },
        { type: 'tool-call', id: 'c', name: 'now', arguments: {} },
      ],
    },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c', content: 'noon' }] },
  ]

  it.each([
    ['deepseek-r1', []],
    ['deepseek-v3.1', []],
    ['deepseek-v3.2', ['late']],
    ['deepseek-v4-pro', ['early', 'late']],
    ['deepseek-v4.1-flash', ['early', 'late']],
  ])('goes to %s with the reasoning that it wants back', async (model, wanted) => {
    const { sent } = await ask(model, {}, history)
    const parts = sent?.messages.flatMap(({ content }) => (typeof content === 'string' ? [] : [...content])) ?? []
    expect(parts.flatMap(part => (part.type === 'reasoning' ? part.text : []))).toEqual(wanted)
  })

  it.each([
    ['deepseek-r1', ['user', 'Be terse.\n\nOne?']],
    ['deepseek-r1-distill-qwen-32b', ['user', 'Be terse.\n\nOne?']],
    ['deepseek-r1-0528', ['system', 'Be terse.']],
    ['deepseek-v4.1-flash', ['system', 'Be terse.']],
  ])('tells %s its instructions where it reads them', async (model, [role, content]) => {
    expect((await ask(model, {}, history)).sent?.messages[0]).toEqual({ role, content })
  })
})

describe('reasoning in the text', () => {
  const pieces = ['<thi', 'nk>\nTwo tw', 'os.\n</th', 'ink>\n\n{"n":', '4}']

  it.each(['deepseek-r1', 'deepseek-r1-distill-llama-70b', 'deepseek-r1:14b', 'deepseek-ai/DeepSeek-R1'])(
    'of %s is told as reasoning, streamed or not',
    async model => {
      const client = deepseek(model, { provider: telling(...pieces) })
      const whole = await client.complete('Two twos?', { output: 'json' })
      const streamed = await client.stream('Two twos?', { output: 'json' }).completion()
      expect(whole).toMatchObject({ reasoning: 'Two twos.', text: '{"n":4}', object: { n: 4 } })
      expect(streamed.content).toEqual(whole.content)
      expect(streamed.object).toEqual(whole.object)
    },
  )

  it('is not looked for where a model has no tags', async () => {
    const { text, reasoning } = await deepseek('deepseek-v3.2', { provider: telling('<think>a</think>b') }).complete(
      'Hi',
    )
    expect([text, reasoning]).toEqual(['<think>a</think>b', ''])
  })
})

describe('completeCode', () => {
  it('fills in code, as the model would most likely go on', async () => {
    const { provider } = createFakeHost('deepseek')
    const requests: CodeRequest[] = []
    const completeCode = (request: CodeRequest) => {
      requests.push(request)
      return accumulate([{ type: 'text-delta', text: 'ok' }])
    }
    const client = deepseek('deepseek-v4.1-flash', { provider: { ...provider, completeCode } })
    const { text } = await client.completeCode({ prefix: 'a = ', suffix: '\n' })
    await client.completeCode({ prefix: 'a = ', temperature: 0.4 })
    expect(text).toBe('ok')
    expect(requests).toMatchObject([
      { model: 'deepseek-v4.1-flash', prefix: 'a = ', suffix: '\n', temperature: 0, warnings: [] },
      { temperature: 0.4 },
    ])
  })

  it.each(['deepseek-v4.1-flash', 'deepseek-r1'])('is refused by a host or a model that cannot: %s', async model => {
    const { provider } = createFakeHost('groq')
    const call = deepseek(model, { provider }).completeCode({ prefix: 'a' })
    await expect(call).rejects.toThrow(UnsupportedOperationError)
    await expect(call).rejects.toMatchObject({
      hint: "Use deepseek-v4.1-flash over DeepSeek itself: compatible({ vendor: 'deepseek' }).",
    })
  })
})

describe('types', () => {
  it('knows its models, and takes others', () => {
    expectTypeOf<'deepseek-r1'>().toExtend<DeepSeekModel>()
    expectTypeOf<'deepseek-v9'>().not.toExtend<DeepSeekModel>()
    expectTypeOf(deepseek).toBeCallableWith('deepseek-v9', { provider: createFakeHost().provider })
  })

  it('demands a provider and knows its options', () => {
    const { provider } = createFakeHost()
    // @ts-expect-error -- a client needs a provider
    expect(() => deepseek('deepseek-r1', {})).toThrow()
    // @ts-expect-error -- there is no such option
    deepseek('deepseek-r1', { provider, temperature: 1 })
    expectTypeOf<{ suffix: string }>().not.toExtend<ClientCodeRequest>()
  })
})
