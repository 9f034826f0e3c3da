import type { CompletionRequest, JsonValue, ModelSpec, PartState } from '@llm/core'
import { renderWith, type Rendered } from '@llm/core/testing'
import { describe, expect, test } from 'vitest'
import { createResponsesCodec } from './codec.ts'

const ANSWER = { status: 'completed', output: [] }
const ALWAYS = { model: 'm', store: false, include: ['reasoning.encrypted_content'] }

function render(request: Partial<CompletionRequest>, codec = createResponsesCodec()): Promise<Rendered> {
  return renderWith(codec, request, ANSWER)
}

describe('parameters', () => {
  /** `Encrypted content is not supported with this model.`, answers a model that does not reason. */
  describe('reasoning is asked for to be sent back', () => {
    const asked = async (request: Partial<CompletionRequest>): Promise<boolean> =>
      'include' in ((await render(request)).body as object)

    test.each(['gpt-5-mini', 'gpt-5.6-sol', 'o3', 'openai/gpt-oss-120b', 'grok-4.3', 'my-deployment'])(
      'of %s',
      async model => {
        expect(await asked({ model })).toBe(true)
      },
    )

    test.each(['gpt-4o', 'openai/gpt-4.1', 'ft:gpt-4o-mini:me::1', 'gpt-35-turbo', 'chatgpt-4o-latest', 'gpt-5-chat'])(
      'but not of %s',
      async model => {
        expect(await asked({ model })).toBe(false)
      },
    )

    test.each([
      [{ reasoning: true }, true],
      [{ reasoning: false }, false],
      [{}, false],
    ])('of a model that can %j: %j', async (capabilities, expected) => {
      const spec: ModelSpec = { id: 'm', family: 'f', input: ['text'], output: ['text'], capabilities, parameters: {} }
      expect(await asked({ spec })).toBe(expected)
    })
  })

  test.each<[Partial<CompletionRequest>, Record<string, unknown>]>([
    [{ maxTokens: 99 }, { max_output_tokens: 99 }],
    [
      { temperature: 0.5, topP: 0.4 },
      { temperature: 0.5, top_p: 0.4 },
    ],
    [{ reasoning: { effort: 'high', summary: 'auto' } }, { reasoning: { effort: 'high', summary: 'auto' } }],
    [{ verbosity: 'low' }, { text: { verbosity: 'low' } }],
    [{ output: 'json' }, { text: { format: { type: 'json_object' } } }],
    [
      { output: { type: 'object', properties: {}, required: [], additionalProperties: false } },
      {
        text: {
          format: {
            type: 'json_schema',
            name: 'output',
            schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
            strict: true,
          },
        },
      },
    ],
    [{ webSearch: true }, { tools: [{ type: 'web_search' }] }],
    [
      { webSearch: { domains: ['a.com'], location: { country: 'DE' } } },
      {
        tools: [
          {
            type: 'web_search',
            filters: { allowed_domains: ['a.com'] },
            user_location: { type: 'approximate', country: 'DE' },
          },
        ],
      },
    ],
    [
      { fileSearch: { vectorStoreIds: ['vs'], maxResults: 3, filters: { type: 'eq' } } },
      {
        tools: [{ type: 'file_search', vector_store_ids: ['vs'], max_num_results: 3, filters: { type: 'eq' } }],
        include: ['reasoning.encrypted_content', 'file_search_call.results'],
      },
    ],
  ])('%j becomes %j', async (request, fields) => {
    const { body, warnings } = await render(request)
    expect(body).toEqual({ ...ALWAYS, input: [{ role: 'user', content: 'Hi' }], ...fields })
    expect(warnings).toEqual([])
  })

  test.each<[Partial<CompletionRequest>, string]>([
    [{ topK: 3 }, 'topK'],
    [{ stop: ['a'] }, 'stop'],
    [{ seed: 1 }, 'seed'],
    [{ presencePenalty: 1 }, 'presencePenalty'],
    [{ frequencyPenalty: 1 }, 'frequencyPenalty'],
    [{ reasoning: { budgetTokens: 100 } }, 'reasoning.budgetTokens'],
    [{ webSearch: { blockedDomains: ['b.com'] } }, 'webSearch.blockedDomains'],
    [{ webSearch: { maxUses: 1 } }, 'webSearch.maxUses'],
  ])('%j is dropped with a warning', async (request, parameter) => {
    const { warnings } = await render(request)
    expect(warnings).toMatchObject([{ code: 'parameter-dropped', parameter }])
  })

  test('tools are not strict unless asked for, as the API would otherwise refuse most schemas', async () => {
    const parameters = { type: 'object', properties: {} }
    const tools = [
      { name: 'a', parameters },
      { name: 'b', parameters, strict: true, description: 'B.' },
    ]
    const { body } = await render({ tools, toolChoice: { name: 'a' }, parallelToolCalls: false })
    expect(body['tools']).toEqual([
      { type: 'function', name: 'a', parameters, strict: false },
      {
        type: 'function',
        name: 'b',
        description: 'B.',
        parameters: { ...parameters, required: [], additionalProperties: false },
        strict: true,
      },
    ])
    expect(body).toMatchObject({ tool_choice: { type: 'function', name: 'a' }, parallel_tool_calls: false })
  })

  test('a dialect has the last word', async () => {
    const codec = createResponsesCodec({ protocol: 'other', extendBody: body => ({ ...body, store: true }) })
    expect(codec.protocol).toBe('other')
    expect((await render({}, codec)).body['store']).toBe(true)
  })
})

const state = (data: object): { protocol: string; data: never } => ({
  protocol: 'openai-responses',
  data: data as never,
})

describe('input', () => {
  test('a whole conversation: reasoning goes back encrypted, nothing by its id', async () => {
    const { body } = await render({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'Hm.', state: state({ encrypted_content: 'XYZ' }) },
            { type: 'reasoning', text: 'A thought of another host.' },
            { type: 'text', text: 'One. ', state: state({ phase: 'commentary' }) },
            { type: 'text', text: 'Two.', state: state({ phase: 'commentary' }) },
            {
              type: 'tool-call',
              id: 'ws',
              name: 'web_search',
              arguments: {},
              providerExecuted: true,
              state: state({ type: 'web_search_call', id: 'ws' }),
            },
            { type: 'text', text: 'Three.' },
            { type: 'source', url: 'https://a' },
            { type: 'tool-call', id: 'c1', name: 'f', arguments: { x: 1 } },
            { type: 'tool-call', id: 'c2', name: 'g', arguments: {} },
          ],
        },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'c1', content: 'done' }] },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 'c2',
              content: [
                { type: 'text', text: 'see' },
                { type: 'image', source: { url: 'https://a/b.png' } },
              ],
            },
          ],
        },
      ],
    })
    expect(body['input']).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      { type: 'reasoning', encrypted_content: 'XYZ', summary: [{ type: 'summary_text', text: 'Hm.' }] },
      {
        role: 'assistant',
        phase: 'commentary',
        content: [
          { type: 'output_text', text: 'One. ' },
          { type: 'output_text', text: 'Two.' },
        ],
      },
      { type: 'web_search_call', id: 'ws' },
      { role: 'assistant', content: [{ type: 'output_text', text: 'Three.' }] },
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"x":1}' },
      { type: 'function_call', call_id: 'c2', name: 'g', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'done' },
      {
        type: 'function_call_output',
        call_id: 'c2',
        output: [
          { type: 'input_text', text: 'see' },
          { type: 'input_image', image_url: 'https://a/b.png' },
        ],
      },
    ])
  })

  test('media in every form; sound becomes a note, with a warning', async () => {
    const { body, warnings } = await render({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { base64: 'AAA', mediaType: 'image/png' }, detail: 'high' },
            { type: 'image', source: { fileId: 'f1' } },
            { type: 'file', source: { url: 'https://a/b.pdf' } },
            { type: 'file', source: { fileId: 'f2' } },
            { type: 'file', source: { base64: 'BBB', mediaType: 'application/pdf' } },
            { type: 'audio', source: { base64: 'CCC', mediaType: 'audio/wav' }, transcript: 'Hello.' },
          ],
        },
      ],
    })
    expect(body['input']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: 'data:image/png;base64,AAA', detail: 'high' },
          { type: 'input_image', file_id: 'f1' },
          { type: 'input_file', file_url: 'https://a/b.pdf' },
          { type: 'input_file', file_id: 'f2' },
          { type: 'input_file', file_data: 'data:application/pdf;base64,BBB', filename: 'file.pdf' },
          { type: 'input_text', text: 'Hello.' },
        ],
      },
    ])
    expect(warnings).toMatchObject([{ code: 'part-dropped' }])
  })

  test('an image goes back to the host that made it, and to no other', async () => {
    const image = { type: 'image', source: { base64: 'AAA', mediaType: 'image/png' } } as const
    const { body, warnings } = await render({
      messages: [{ role: 'assistant', content: [{ ...image, state: state({ id: 'ig' }) }, image] }],
    })
    expect(body['input']).toEqual([{ type: 'image_generation_call', id: 'ig', status: 'completed', result: 'AAA' }])
    expect(warnings).toMatchObject([{ code: 'part-dropped' }])
  })
})

test('ids of calls have at most 64 characters, call and result alike', async () => {
  const content = ['x'.repeat(65), 'y'.repeat(64)].map(
    id => ({ type: 'tool-call', id, name: 'now', arguments: {} }) as const,
  )
  const { body } = await render({ messages: [{ role: 'assistant', content }] })
  const ids = (body as { input: { call_id: string }[] }).input.map(({ call_id: id }) => id)
  expect(ids.map(id => id.length)).toEqual([24, 64, 24, 64])
  expect(ids.slice(2)).toEqual(ids.slice(0, 2))
})

test('reasoning that nothing follows stays here, and so does a text of nothing', async () => {
  const state = (data: JsonValue): PartState => ({ protocol: 'openai-responses', data })
  const { body } = await render({
    messages: [
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: '', state: state({ encrypted_content: 'first' }) },
          { type: 'text', text: 'Yes.' },
          { type: 'reasoning', text: '', state: state({ encrypted_content: 'last' }) },
          { type: 'text', text: '', state: state({ phase: 'commentary' }) },
        ],
      },
      { role: 'user', content: 'Go on.' },
    ],
  })
  expect(body).toMatchObject({
    input: [
      { type: 'reasoning', summary: [], encrypted_content: 'first' },
      { role: 'assistant', content: [{ type: 'output_text', text: 'Yes.' }] },
      { role: 'user', content: 'Go on.' },
    ],
  })
})
