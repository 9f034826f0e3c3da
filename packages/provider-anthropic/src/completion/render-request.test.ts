import type { CompletionRequest, ModelSpec, Warning } from '@llm/core'
import { renderWith } from '@llm/core/testing'
import { describe, expect, test } from 'vitest'
import type { AnthropicOptions } from '../options.ts'
import { betasOf } from './anthropic-betas.ts'
import { createAnthropicCodec } from './anthropic-codec.ts'
import type { ApiVersion } from './render-request.ts'

const DONE = { id: 'm', content: [], stop_reason: 'end_turn' }

type Asked = Partial<CompletionRequest> & { readonly options?: AnthropicOptions; readonly version?: ApiVersion }
type Body = Readonly<Record<string, unknown>>

async function render(asked: Asked = {}): Promise<{ readonly body: Body; readonly warnings: readonly Warning[] }> {
  const { options = {}, version = '2026-10-21', ...request } = asked
  const providerOptions = { host: options } as CompletionRequest['providerOptions']
  const { body, warnings } = await renderWith(createAnthropicCodec(version), { ...request, providerOptions }, DONE)
  return { body: JSON.parse(JSON.stringify(body)) as Body, warnings }
}

const bodyOf = async (asked: Asked): Promise<Body> => (await render(asked)).body
const dropped = async (asked: Asked): Promise<unknown[]> =>
  (await render(asked)).warnings.filter(({ code }) => code === 'parameter-dropped').map(({ parameter }) => parameter)

const SPEC: ModelSpec = {
  id: 'm',
  family: 'f',
  input: ['text'],
  output: ['text'],
  capabilities: {},
  parameters: {},
  maxOutputTokens: 8000,
}

test('the least that a request can be', async () => {
  expect(await render()).toEqual({
    body: { model: 'm', max_tokens: 21_333, messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] },
    warnings: [],
  })
})

describe('the output limit', () => {
  test("is the request's, else the model's, else one that every model takes", async () => {
    expect(await bodyOf({ maxTokens: 5 })).toMatchObject({ max_tokens: 5 })
    expect(await bodyOf({ spec: SPEC })).toMatchObject({ max_tokens: 8000 })
    expect(await bodyOf({ spec: { ...SPEC, maxOutputTokens: 128_000 } })).toMatchObject({ max_tokens: 21_333 })
  })

  test('that is large without a stream is sent with a warning', async () => {
    const { body, warnings } = await render({ maxTokens: 30_000 })
    expect(body['max_tokens']).toBe(30_000)
    expect(warnings).toMatchObject([{ code: 'other', parameter: 'maxTokens' }])
  })

  test('leaves room for an answer after a large budget', async () => {
    const body = await bodyOf({ reasoning: { budgetTokens: 50_000 } })
    expect(body['thinking']).toEqual({ type: 'enabled', budget_tokens: 50_000 })
    expect(body['max_tokens']).toBeGreaterThan(50_000)
  })
})

describe('sampling', () => {
  const asked = { temperature: 0.5, topK: 3 }

  test('is refused by the current version, whatever its value', async () => {
    const { body, warnings } = await render({ temperature: 1, topP: 1, topK: 1 })
    expect(Object.keys(body)).toEqual(['model', 'max_tokens', 'messages'])
    expect(warnings.map(({ parameter }) => parameter)).toEqual(['temperature', 'topP', 'topK'])
    expect(warnings[0]?.message).toContain("apiVersion: '2023-06-01'")
  })

  test('goes out under the old version', async () => {
    expect(await bodyOf({ ...asked, version: '2023-06-01' })).toMatchObject({ temperature: 0.5, top_k: 3 })
  })

  test('topP gives way to temperature, which goes not with it', async () => {
    const both: Asked = { temperature: 0.5, topP: 0.9, version: '2023-06-01' }
    expect(await bodyOf(both)).not.toHaveProperty('top_p')
    expect(await dropped(both)).toEqual(['topP'])
    expect(await bodyOf({ topP: 0.9, version: '2023-06-01' })).toMatchObject({ top_p: 0.9 })
  })

  test('gives way to thinking', async () => {
    const thinking: Asked = { ...asked, topP: 0.96, version: '2023-06-01', reasoning: { effort: 'low' } }
    expect(await bodyOf(thinking)).toMatchObject({ top_p: 0.96 })
    expect(await dropped(thinking)).toEqual(['temperature', 'topK'])
  })

  test('what the API has no place for is dropped', async () => {
    const other: Asked = { seed: 1, presencePenalty: 1, frequencyPenalty: 1, verbosity: 'low' }
    expect(await dropped(other)).toEqual(['seed', 'presencePenalty', 'frequencyPenalty', 'verbosity'])
  })
})

describe('thinking', () => {
  const thinkingOf = async (asked: Asked): Promise<unknown> => {
    const { thinking, output_config: config } = await bodyOf(asked)
    return [thinking, config]
  }

  test.each<[string, Asked, unknown]>([
    ['an effort', { reasoning: { effort: 'high' } }, [{ type: 'adaptive' }, { effort: 'high' }]],
    ['no effort', { reasoning: { effort: 'none' } }, [{ type: 'disabled' }, undefined]],
    ['a budget', { reasoning: { budgetTokens: 2000 } }, [{ type: 'enabled', budget_tokens: 2000 }, undefined]],
    [
      'both',
      { reasoning: { budgetTokens: 2000, effort: 'low' } },
      [{ type: 'enabled', budget_tokens: 2000 }, { effort: 'low' }],
    ],
    ['a summary', { reasoning: { summary: 'auto' } }, [{ type: 'adaptive', display: 'summarized' }, undefined]],
    ['nothing', { reasoning: {} }, [undefined, undefined]],
    [
      'an option of the host, over the rest',
      { reasoning: { effort: 'low' }, options: { thinking: { type: 'between_tools' } } },
      [{ type: 'between_tools' }, { effort: 'low' }],
    ],
    [
      'a budget by option',
      { options: { thinking: { type: 'enabled', budgetTokens: 1500, display: 'omitted' } } },
      [{ type: 'enabled', budget_tokens: 1500, display: 'omitted' }, undefined],
    ],
  ])('%s', async (_name, asked, expected) => {
    expect(await thinkingOf(asked)).toEqual(expected)
  })

  test.each([
    [100, 5000, 1024],
    [9000, 5000, 4999],
  ])(
    'a budget of %i under a limit of %i becomes %i, with a warning',
    async (budgetTokens, maxTokens, budget_tokens) => {
      const { body, warnings } = await render({ maxTokens, reasoning: { budgetTokens } })
      expect(body['thinking']).toMatchObject({ budget_tokens })
      expect(warnings).toMatchObject([{ code: 'parameter-changed', parameter: 'reasoning.budgetTokens' }])
    },
  )

  test('the least effort is low', async () => {
    const { body, warnings } = await render({ reasoning: { effort: 'minimal' } })
    expect(body['output_config']).toEqual({ effort: 'low' })
    expect(warnings).toMatchObject([{ code: 'parameter-changed', parameter: 'reasoning.effort' }])
  })
})

describe('output', () => {
  test('a schema is closed, and what is not enforced is told in words and in a warning', async () => {
    const output = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        age: { type: 'integer', minimum: 0, description: 'Years.' },
        tags: {
          type: 'array',
          items: { type: 'object', properties: { minimum: { type: 'string', format: 'email' } } },
        },
        kind: { oneOf: [{ const: 'a' }, { enum: ['b'] }] },
      },
      required: ['age'],
    }
    const copy = structuredClone(output)
    const { body, warnings } = await render({ output })
    expect(body['output_config']).toMatchObject({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          additionalProperties: false,
          properties: {
            age: { type: 'integer' },
            tags: { items: { properties: { minimum: { format: 'email' } }, additionalProperties: false } },
            kind: { anyOf: [{ const: 'a' }, { enum: ['b'] }] },
          },
          required: ['age'],
        },
      },
    })
    expect(JSON.stringify(body['output_config'])).toMatch(/Years\.[^"]*minimum: 0/)
    expect(warnings).toMatchObject([{ code: 'schema-changed', parameter: 'output' }])
    expect(output).toEqual(copy)
  })

  test('a schema that cannot be enforced is asked for in words', async () => {
    const output = { type: 'object', additionalProperties: { type: 'number' } }
    const { body, warnings } = await render({ output })
    expect(body).not.toHaveProperty('output_config')
    expect(body['system']).toMatchObject([{ text: expect.stringContaining(JSON.stringify(output)) as string }])
    expect(warnings.map(({ code }) => code)).toContain('schema-changed')
  })

  test('JSON without a schema is asked for in words', async () => {
    const { body, warnings } = await render({ output: 'json' })
    expect(body).not.toHaveProperty('output_config')
    expect(JSON.stringify(body['system'])).toContain('JSON')
    expect(warnings).toMatchObject([{ code: 'parameter-changed', parameter: 'output' }])
  })
})

describe('tools', () => {
  const tools = [
    { name: 'add', description: 'Adds.', parameters: { properties: { a: { type: 'number' } } }, strict: true },
  ]

  test('are sent with their schema, whose type is object', async () => {
    expect((await bodyOf({ tools }))['tools']).toEqual([
      {
        name: 'add',
        description: 'Adds.',
        input_schema: { type: 'object', properties: { a: { type: 'number' } }, additionalProperties: false },
        strict: true,
      },
    ])
    const loose = [{ name: 'add', parameters: { type: 'object', minProperties: 1 } }]
    expect((await bodyOf({ tools: loose }))['tools']).toEqual([
      { name: 'add', input_schema: { type: 'object', minProperties: 1 } },
    ])
  })

  test.each<[Asked, unknown]>([
    [{}, undefined],
    [{ toolChoice: 'auto' }, { type: 'auto' }],
    [{ toolChoice: 'required' }, { type: 'any' }],
    [{ toolChoice: 'none', parallelToolCalls: false }, { type: 'none' }],
    [{ toolChoice: { name: 'add' } }, { type: 'tool', name: 'add' }],
    [{ parallelToolCalls: true }, undefined],
    [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [
      { toolChoice: 'required', parallelToolCalls: false },
      { type: 'any', disable_parallel_tool_use: true },
    ],
  ])('choice %j is %j', async (asked, expected) => {
    expect((await bodyOf({ tools, ...asked }))['tool_choice']).toEqual(expected)
  })

  test('there is no choice without tools', async () => {
    expect(await bodyOf({ toolChoice: 'auto', parallelToolCalls: false })).not.toHaveProperty('tool_choice')
  })

  test('web search with everything that it takes', async () => {
    const webSearch = { domains: ['fox.test'], blockedDomains: ['a.test'], maxUses: 2, location: { country: 'DE' } }
    expect((await bodyOf({ webSearch }))['tools']).toEqual([
      {
        type: 'web_search_20260318',
        name: 'web_search',
        allowed_callers: ['direct'],
        allowed_domains: ['fox.test'],
        max_uses: 2,
        user_location: { type: 'approximate', country: 'DE' },
      },
    ])
    expect(await dropped({ webSearch })).toEqual(['webSearch.blockedDomains'])
    expect(await bodyOf({ webSearch: false })).not.toHaveProperty('tools')
  })

  test('tools that Anthropic runs', async () => {
    const webFetch = { blockedDomains: ['a.test'], maxUses: 1, maxContentTokens: 9, citations: true }
    const serverTools = [{ type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' }]
    expect((await bodyOf({ options: { webFetch, codeExecution: true, serverTools } }))['tools']).toMatchObject([
      {
        name: 'web_fetch',
        blocked_domains: ['a.test'],
        max_uses: 1,
        max_content_tokens: 9,
        citations: { enabled: true },
      },
      { name: 'code_execution' },
      serverTools[0],
    ])
  })

  test('file search is refused, as nothing stands for it', async () => {
    await expect(render({ fileSearch: { vectorStoreIds: ['v'] } })).rejects.toMatchObject({
      code: 'unsupported_operation',
    })
  })
})

describe('the prompt cache', () => {
  const messages: CompletionRequest['messages'] = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'A long book.' },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Read.' },
        {
          type: 'reasoning',
          text: 'Hm.',
          state: { protocol: 'anthropic-messages', data: { type: 'thinking', signature: 's' } },
        },
      ],
    },
    { role: 'user', content: 'And?' },
  ]
  const tools = [{ name: 'a' }, { name: 'b' }]
  const mark = { type: 'ephemeral' }

  test('auto is one mark, which the API sets', async () => {
    const body = await bodyOf({ messages, tools, options: { cache: 'auto' } })
    expect(body['cache_control']).toEqual(mark)
    expect(JSON.stringify({ ...body, cache_control: undefined })).not.toContain('cache_control')
    expect(await bodyOf({ messages, options: { cache: { ttl: '1h' } } })).toMatchObject({
      cache_control: { ttl: '1h' },
    })
  })

  test('marks stand after the places that are named, on blocks that take one', async () => {
    const copy = structuredClone(messages)
    const body = await bodyOf({ messages, tools, options: { cache: { after: ['tools', 'system', 0, 1] } } })
    expect(body).not.toHaveProperty('cache_control')
    expect(body['tools']).toMatchObject([{ name: 'a' }, { name: 'b', cache_control: mark }])
    expect(JSON.stringify(body['tools']).match(/cache_control/g)).toHaveLength(1)
    expect(body['system']).toEqual([{ type: 'text', text: 'Be brief.', cache_control: mark }])
    expect(body['messages']).toMatchObject([
      { content: [{ cache_control: mark }] },
      {
        content: [
          { type: 'text', cache_control: mark },
          { type: 'thinking', signature: 's' },
        ],
      },
      { content: [{ type: 'text' }] },
    ])
    expect(JSON.stringify(body).match(/cache_control/g)).toHaveLength(4)
    expect(messages).toEqual(copy)
  })

  test('places count from the end too', async () => {
    const body = await bodyOf({ messages, options: { cache: { after: [-1] } } })
    expect((body['messages'] as unknown[])[2]).toMatchObject({ content: [{ cache_control: mark }] })
  })

  test('state that goes back is not marked in the hands of the caller', async () => {
    const data = { type: 'compaction', content: 'In short.' }
    const content = [{ type: 'reasoning', text: '', state: { protocol: 'anthropic-messages', data } }] as const
    await bodyOf({ messages: [...messages, { role: 'assistant', content }], options: { cache: { after: [-1] } } })
    expect(data).toEqual({ type: 'compaction', content: 'In short.' })
  })
})

test('options of the host have their places', async () => {
  const body = await bodyOf({
    stop: ['END'],
    options: {
      container: 'c',
      contextManagement: { edits: [] },
      inferenceGeo: 'us',
      userId: 'u',
      serviceTier: 'standard_only',
      speed: 'fast',
      extraBody: { diagnostics: null, max_tokens: 7 },
    },
  })
  expect(body).toMatchObject({
    stop_sequences: ['END'],
    container: 'c',
    context_management: { edits: [] },
    inference_geo: 'us',
    metadata: { user_id: 'u' },
    service_tier: 'standard_only',
    speed: 'fast',
    diagnostics: null,
    max_tokens: 7,
  })
})

test('servers of tools and the computer are typed options, with the betas that they need', async () => {
  const mcpServers = [
    { name: 'tracker', url: 'https://mcp.example.com', authorization: 'token', allowedTools: ['search'] },
    { name: 'wiki', url: 'https://wiki.example.com' },
  ]
  const computerUse = { width: 1280, height: 800 }
  const tools = [{ name: 'computer' }, { name: 'weather' }]
  const body = await bodyOf({ tools, options: { mcpServers, computerUse } })
  expect(body['mcp_servers']).toEqual([
    { type: 'url', name: 'tracker', url: 'https://mcp.example.com', authorization_token: 'token' },
    { type: 'url', name: 'wiki', url: 'https://wiki.example.com' },
  ])
  expect(body['tools']).toMatchObject([
    { name: 'weather' },
    { type: 'computer_20251124', name: 'computer', display_width_px: 1280, display_height_px: 800 },
    {
      type: 'mcp_toolset',
      mcp_server_name: 'tracker',
      default_config: { enabled: false },
      configs: { search: { enabled: true } },
    },
    { type: 'mcp_toolset', mcp_server_name: 'wiki' },
  ])
  expect(body['tools']).toHaveLength(4)
  const asked = { options: { mcpServers, computerUse }, messages: [] } as unknown as Parameters<typeof betasOf>[0]
  expect(betasOf(asked, '2026-10-21')).toEqual(['mcp-client-2025-11-20', 'computer-use-2025-11-24'])
})
