import { UnsupportedOperationError, type AssistantPart, type CompletionRequest } from '@llm/core'
import { renderWith, type Rendered } from '@llm/core/testing'
import { describe, expect, test } from 'vitest'
import { createChatCodec } from './codec.ts'

const ANSWER = { choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] }

function render(request: Partial<CompletionRequest>, codec = createChatCodec()): Promise<Rendered> {
  return renderWith(codec, request, ANSWER)
}

const tool = { name: 'weather', description: 'Weather.', parameters: { type: 'object', properties: {} } }

describe('parameters', () => {
  test.each<[Partial<CompletionRequest>, Record<string, unknown>]>([
    [{ maxTokens: 9 }, { max_completion_tokens: 9 }],
    [{ temperature: 0.5 }, { temperature: 0.5 }],
    [{ topP: 0.5 }, { top_p: 0.5 }],
    [{ stop: ['a'] }, { stop: ['a'] }],
    [{ seed: 7 }, { seed: 7 }],
    [{ presencePenalty: 1 }, { presence_penalty: 1 }],
    [{ frequencyPenalty: 1 }, { frequency_penalty: 1 }],
    [{ reasoning: { effort: 'low' } }, { reasoning_effort: 'low' }],
    [{ verbosity: 'low' }, { verbosity: 'low' }],
    [{ output: 'json' }, { response_format: { type: 'json_object' } }],
    [{ webSearch: true }, { web_search_options: {} }],
    [{ webSearch: false }, {}],
    [
      { webSearch: { location: { country: 'DE', city: 'Berlin' } } },
      {
        web_search_options: { user_location: { type: 'approximate', approximate: { country: 'DE', city: 'Berlin' } } },
      },
    ],
    [{ toolChoice: 'auto', parallelToolCalls: false }, {}],
  ])('%j becomes %j', async (request, fields) => {
    const { body, warnings } = await render(request)
    expect(body).toEqual({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], ...fields })
    expect(warnings).toEqual([])
  })

  test.each<[Partial<CompletionRequest>, string]>([
    [{ topK: 3 }, 'topK'],
    [{ reasoning: { summary: 'auto' } }, 'reasoning.summary'],
    [{ reasoning: { budgetTokens: 100 } }, 'reasoning.budgetTokens'],
    [{ webSearch: { domains: ['a.com'] } }, 'webSearch.domains'],
    [{ webSearch: { blockedDomains: ['a.com'] } }, 'webSearch.blockedDomains'],
    [{ webSearch: { maxUses: 1 } }, 'webSearch.maxUses'],
  ])('%j is dropped with a warning', async (request, parameter) => {
    const { body, warnings } = await render(request)
    expect(warnings).toMatchObject([{ code: 'parameter-dropped', parameter }])
    expect(JSON.stringify(body)).not.toMatch(/top_k|summary|budget|a\.com|max_uses/)
  })

  test('file search is refused, as leaving it out would change the answer', async () => {
    await expect(render({ fileSearch: { vectorStoreIds: ['vs'] } })).rejects.toThrow(UnsupportedOperationError)
  })

  test('a dialect renames the output limit, drops what its host refuses and has the last word', async () => {
    const codec = createChatCodec({
      maxTokensField: 'max_tokens',
      unsupported: ['seed'],
      extendBody: body => ({ ...body, extra: 1 }),
    })
    const { body, warnings } = await render({ maxTokens: 5, seed: 1 }, codec)
    expect(body).toMatchObject({ max_tokens: 5, extra: 1 })
    expect(body).not.toHaveProperty('seed')
    expect(warnings).toMatchObject([{ parameter: 'seed' }])
  })
})

/** An object without properties, as strict mode wants it. */
const STRICT_PARAMETERS = { type: 'object', properties: {}, required: [], additionalProperties: false }

describe('tools and schemas', () => {
  test('tools, choice and parallel calls', async () => {
    const { body } = await render({
      tools: [{ ...tool, strict: true }],
      toolChoice: { name: 'weather' },
      parallelToolCalls: false,
    })
    expect(body['tools']).toEqual([
      {
        type: 'function',
        function: { name: 'weather', description: 'Weather.', parameters: STRICT_PARAMETERS, strict: true },
      },
    ])
    expect(body['tool_choice']).toEqual({ type: 'function', function: { name: 'weather' } })
    expect(body['parallel_tool_calls']).toBe(false)
  })

  test('a schema is written for strict mode, unless it lets an object have any keys', async () => {
    const schema = { title: 'My answer', type: 'object', properties: { a: { type: 'string' } } }
    const strict = {
      ...schema,
      properties: { a: { type: ['string', 'null'] } },
      required: ['a'],
      additionalProperties: false,
    }
    const open = { type: 'object', additionalProperties: { type: 'string' } }
    const format = async (output: object): Promise<unknown> =>
      (await render({ output: output as never })).body['response_format']
    expect(await format(schema)).toEqual({
      type: 'json_schema',
      json_schema: { name: 'My_answer', schema: strict, strict: true },
    })
    expect(await format(open)).toEqual({
      type: 'json_schema',
      json_schema: { name: 'output', schema: open, strict: false },
    })
  })
})

describe('messages', () => {
  test('a whole conversation', async () => {
    const { body, warnings } = await render({
      messages: [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'Be ' },
            { type: 'text', text: 'brief.' },
          ],
        },
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'Hm.' },
            { type: 'text', text: 'Let me see.' },
            { type: 'tool-call', id: 'c1', name: 'weather', arguments: { city: 'Rome' } },
            { type: 'tool-call', id: 'ws', name: 'web_search', arguments: {}, providerExecuted: true },
          ],
        },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1', content: 'Sun' }] },
        { role: 'assistant', content: [{ type: 'tool-call', id: 'c2', name: 'now', arguments: {} }] },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 'c2',
              content: [
                { type: 'text', text: 'noon' },
                { type: 'image', source: { url: 'https://a/b.png' } },
              ],
            },
          ],
        },
      ],
    })
    expect(body['messages']).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: 'Let me see.',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'Sun' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c2', type: 'function', function: { name: 'now', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c2', content: 'noon[image that this model cannot take]' },
    ])
    expect(warnings).toMatchObject([{ code: 'part-dropped' }])
  })

  test('media of an earlier answer are dropped with a warning, unless the dialect has a place for them', async () => {
    const source = { base64: 'AAA', mediaType: 'image/png' }
    const messages: CompletionRequest['messages'] = [
      { role: 'user', content: 'Draw.' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Here.' },
          { type: 'image', source },
        ],
      },
      { role: 'user', content: 'Thanks.' },
    ]
    const { body, warnings } = await render({ messages })
    expect(body['messages']).toHaveLength(3)
    expect(warnings).toMatchObject([{ code: 'part-dropped', parameter: 'messages' }])
    const codec = createChatCodec({ extendMessage: wire => ({ ...wire, images: ['AAA'] }) })
    expect((await render({ messages }, codec)).warnings).toEqual([])
  })

  test('media in every form', async () => {
    const { body } = await render({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { url: 'https://a/b.png' }, detail: 'low' },
            { type: 'image', source: { base64: 'AAA', mediaType: 'image/png' } },
            { type: 'image', source: { fileId: 'f1' } },
            { type: 'audio', source: { base64: 'BBB', mediaType: 'audio/mpeg' } },
            { type: 'audio', source: { url: 'data:audio/wav;base64,CCC' } },
            { type: 'file', source: { base64: 'DDD', mediaType: 'application/pdf' }, filename: 'a.pdf' },
            { type: 'file', source: { fileId: 'f2' } },
            { type: 'file', source: { base64: 'EEE', mediaType: 'text/plain' } },
          ],
        },
      ],
    })
    expect(body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'https://a/b.png', detail: 'low' } },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAA' } },
          { type: 'file', file: { file_id: 'f1' } },
          { type: 'input_audio', input_audio: { data: 'BBB', format: 'mp3' } },
          { type: 'input_audio', input_audio: { data: 'CCC', format: 'wav' } },
          { type: 'file', file: { file_data: 'data:application/pdf;base64,DDD', filename: 'a.pdf' } },
          { type: 'file', file: { file_id: 'f2' } },
          { type: 'file', file: { file_data: 'data:text/plain;base64,EEE', filename: 'file.plain' } },
        ],
      },
    ])
  })

  test('sound that was uploaded is refused with what to do', async () => {
    const messages = [{ role: 'user', content: [{ type: 'audio', source: { fileId: 'f' } }] }] as const
    await expect(render({ messages })).rejects.toMatchObject({
      code: 'transformation',
      hint: 'Give { base64, mediaType }.',
    })
  })
})

describe('what others answered', () => {
  const answer = (content: AssistantPart[]): Partial<CompletionRequest> => ({
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content },
      { role: 'user', content: 'And?' },
    ],
  })
  const rendered = async (content: AssistantPart[]) =>
    ((await render(answer(content))).body as { messages: unknown[] }).messages.slice(1, -1)

  test('is a note where nothing of it can be sent, as hosts refuse an empty answer', async () => {
    expect(await rendered([{ type: 'image', source: { url: 'https://example.com/cat.png' } }])).toEqual([
      { role: 'assistant', content: '[image]' },
    ])
    expect(await rendered([{ type: 'reasoning', text: 'Hm.' }])).toEqual([
      { role: 'assistant', content: '[reasoning]' },
    ])
  })

  test('has ids of calls of at most 40 characters, call and result alike', async () => {
    const [long, fits] = ['x'.repeat(41), 'y'.repeat(40)] as const
    const calls = [long, fits].map(id => ({ type: 'tool-call', id, name: 'now', arguments: {} }) as const)
    const [call, ...results] = (await rendered(calls)) as [
      { tool_calls: { id: string }[] },
      ...{ tool_call_id: string }[],
    ]
    const ids = call.tool_calls.map(({ id }) => id)
    expect(ids[0]).toMatch(/^[a-z0-9]{24}$/)
    expect(ids[1]).toBe(fits)
    expect(results.map(({ tool_call_id: id }) => id)).toEqual(ids)
  })
})
