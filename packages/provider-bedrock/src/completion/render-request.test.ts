import type { CompletionRequest } from '@llm/core'
import { renderWith, type Rendered } from '@llm/core/testing'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { BedrockOptions } from '../options.ts'
import { converseCodec } from './bedrock-converse.ts'

const DONE = { output: { message: { content: [] } }, stopReason: 'end_turn' }
const TOOL = { name: 'add', description: 'Adds.', parameters: { type: 'object' } } as const
const SPEC = { toolSpec: { name: 'add', description: 'Adds.', inputSchema: { json: { type: 'object' } } } }

function render(request: Partial<CompletionRequest>, options: BedrockOptions = {}): Promise<Rendered> {
  return renderWith(converseCodec, { ...request, providerOptions: { host: options } as object }, DONE)
}

describe('the body', () => {
  test('of a plain request is its messages', async () => {
    expect((await render({})).body).toEqual({ messages: [{ role: 'user', content: [{ text: 'Hi' }] }] })
  })

  test('has what Converse has a place for', async () => {
    const { body, warnings } = await render({
      maxTokens: 100,
      temperature: 0,
      topP: 0.5,
      stop: ['END'],
      reasoning: { effort: 'high' },
      output: z.object({ a: z.number() }),
    })
    expect(body).toMatchObject({
      inferenceConfig: { maxTokens: 100, temperature: 0, topP: 0.5, stopSequences: ['END'] },
      outputConfig: {
        effort: 'high',
        textFormat: { type: 'json_schema', structure: { jsonSchema: { name: 'output' } } },
      },
    })
    const { schema } = (body['outputConfig'] as { textFormat: { structure: { jsonSchema: { schema: string } } } })
      .textFormat.structure.jsonSchema
    expect(JSON.parse(schema)).toMatchObject({ properties: { a: { type: 'number' } }, required: ['a'] })
    expect(warnings).toEqual([])
  })

  test.each<[string, Partial<CompletionRequest>]>([
    ['reasoning.effort', { reasoning: { effort: 'none' } }],
    ['reasoning.summary', { reasoning: { summary: 'auto' } }],
    ['parallelToolCalls', { parallelToolCalls: false }],
    ['output', { output: 'json' }],
    ['webSearch.domains', { webSearch: { domains: ['example.com'] } }],
  ])('has no place for %s, and that is said', async (parameter, request) => {
    expect((await render(request)).warnings).toMatchObject([{ code: 'parameter-dropped', parameter }])
  })

  test('is refused with a file search', async () => {
    const failure = render({ fileSearch: { vectorStoreIds: ['v'] } })
    await expect(failure).rejects.toMatchObject({ code: 'unsupported_operation' })
  })

  test('has the options in the words of Bedrock', async () => {
    const { body } = await render(
      {},
      {
        guardrail: { identifier: 'g', version: '1', trace: 'enabled', streamProcessingMode: 'async' },
        promptVariables: { name: 'Ann' },
        additionalModelRequestFields: { top_k: 5 },
        additionalModelResponseFieldPaths: ['/stop_sequence'],
        requestMetadata: { team: 'a' },
        latency: 'optimized',
        serviceTier: 'flex',
        extraBody: { somethingNew: true },
      },
    )
    expect(body).toEqual({
      messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
      guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1', trace: 'enabled' },
      promptVariables: { name: { text: 'Ann' } },
      additionalModelRequestFields: { top_k: 5 },
      additionalModelResponseFieldPaths: ['/stop_sequence'],
      requestMetadata: { team: 'a' },
      performanceConfig: { latency: 'optimized' },
      serviceTier: { type: 'flex' },
      somethingNew: true,
    })
  })

  test('marks what the prompt cache keeps', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello.' },
      { role: 'user', content: 'More.' },
    ] as const
    const options: BedrockOptions = { cachePoints: ['tools', 'system', 'messages'], cacheTtl: '1h' }
    const { body } = await render({ messages, tools: [TOOL] }, options)
    const cachePoint = { cachePoint: { type: 'default', ttl: '1h' } }
    expect(body).toEqual({
      system: [{ text: 'Be brief.' }, cachePoint],
      messages: [
        { role: 'user', content: [{ text: 'Hi' }] },
        { role: 'assistant', content: [{ text: 'Hello.' }] },
        { role: 'user', content: [{ text: 'More.' }, cachePoint] },
      ],
      toolConfig: { tools: [SPEC, cachePoint] },
    })
  })
})

describe('tools', () => {
  test.each([
    [undefined, undefined],
    ['auto', { auto: {} }],
    ['required', { any: {} }],
    [{ name: 'add' }, { tool: { name: 'add' } }],
  ] as const)('are chosen: %j', async (toolChoice, expected) => {
    const { body } = await render({ tools: [TOOL], toolChoice })
    expect(body['toolConfig']).toEqual({ tools: [SPEC], ...(expected && { toolChoice: expected }) })
  })

  test('are left out when none may be called', async () => {
    const { body, warnings } = await render({ tools: [TOOL], toolChoice: 'none' })
    expect(body).not.toHaveProperty('toolConfig')
    expect(warnings).toEqual([])
  })

  test('may be strict, and need no description', async () => {
    const { body } = await render({ tools: [{ name: 'now', description: '', strict: true }] })
    const inputSchema = { json: { type: 'object', properties: {} } }
    expect(body['toolConfig']).toEqual({ tools: [{ toolSpec: { name: 'now', inputSchema, strict: true } }] })
  })

  test('that Bedrock runs are offered by name', async () => {
    const { body } = await render({ webSearch: true, tools: [TOOL] }, { systemTools: ['nova_code_interpreter'] })
    const systemTools = ['nova_code_interpreter', 'nova_grounding'].map(name => ({ systemTool: { name } }))
    expect(body['toolConfig']).toEqual({ tools: [SPEC, ...systemTools] })
  })

  test('that were called are offered again, as Bedrock wants it', async () => {
    const call = { type: 'tool-call', id: 'a', arguments: {} } as const
    const messages = [
      { role: 'user', content: 'Add.' },
      {
        role: 'assistant',
        content: [
          { ...call, name: 'add' },
          { ...call, id: 'b', name: 'functions.old' },
        ],
      },
      {
        role: 'tool',
        content: ['a', 'b'].map(toolCallId => ({ type: 'tool-result' as const, toolCallId, content: '3' })),
      },
    ] as const
    const { body, warnings } = await render({ messages, tools: [TOOL], toolChoice: 'none' })
    const inputSchema = { json: { type: 'object', properties: {} } }
    expect(body['toolConfig']).toEqual({ tools: [SPEC, { toolSpec: { name: 'functions_old', inputSchema } }] })
    expect(warnings).toMatchObject([{ code: 'other', parameter: 'toolChoice' }])
  })
})
