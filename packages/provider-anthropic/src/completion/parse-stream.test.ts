import { parseWith } from '@llm/core/testing'
import type { LLMError, Completion } from '@llm/core'
import { describe, expect, test } from 'vitest'
import { createAnthropicCodec } from './anthropic-codec.ts'

const codec = createAnthropicCodec('2026-10-21')

type Event = Readonly<Record<string, unknown>> & { readonly type: string }

const sse = (events: readonly Event[]): string =>
  events.map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')

const START: Event = {
  type: 'message_start',
  message: { id: 'msg_1', model: 'claude-x', content: [], usage: { input_tokens: 3, output_tokens: 1 } },
}
const STOP: Event = { type: 'message_stop' }
const open = (index: number, content_block: object): Event => ({ type: 'content_block_start', index, content_block })
const delta = (index: number, piece: object): Event => ({ type: 'content_block_delta', index, delta: piece })
const close = (index: number): Event => ({ type: 'content_block_stop', index })
const end = (stop_reason: string | null, usage: object = { output_tokens: 9 }, more: object = {}): Event => ({
  type: 'message_delta',
  delta: { stop_reason, ...more },
  usage,
})

/** Reads a stream of these events between a start and an end. */
function read(events: readonly Event[], stop = 'end_turn'): Promise<Completion> {
  return parseWith(codec, sse([START, ...events, end(stop), STOP]))
}

const text = (index: number, words: string): readonly Event[] => [
  open(index, { type: 'text', text: '' }),
  delta(index, { type: 'text_delta', text: words }),
  close(index),
]

const TOOL = { type: 'tool_use', id: 'toolu_1', name: 'add', input: {} }
const json = (index: number, partial_json: string): Event => delta(index, { type: 'input_json_delta', partial_json })

describe('events', () => {
  test('pings, unknown events and [DONE] say nothing', async () => {
    const noise = [{ type: 'ping' }, { type: 'something_new', index: 0 }]
    const body = sse([{ type: 'ping' }, START, ...noise, ...text(0, 'Hi'), end('end_turn'), STOP]) + 'data: [DONE]\n\n'
    const { text: said, id, finishReason, rawFinishReason } = await parseWith(codec, body)
    expect([said, id, finishReason, rawFinishReason]).toEqual(['Hi', 'msg_1', 'stop', 'end_turn'])
  })

  test('a second message_start begins no second answer, and its blocks are new ones', async () => {
    const again = { type: 'message_start', message: { id: 'msg_2', model: 'other', usage: { input_tokens: 4 } } }
    const { content, id, model, usage } = await read([...text(0, 'One. '), again, ...text(0, 'Two.')])
    expect([id, model]).toEqual(['msg_1', 'claude-x'])
    expect(content).toEqual([
      { type: 'text', text: 'One. ' },
      { type: 'text', text: 'Two.' },
    ])
    expect(usage).toMatchObject({ inputTokens: 4, outputTokens: 9 })
  })

  test.each([
    ['overloaded_error', 'overloaded', true],
    ['api_error', 'server', true],
    ['rate_limit_error', 'rate_limit', true],
    ['invalid_request_error', 'invalid_request', false],
  ])('an error event of type %s inside a success is the typed error', async (type, code, retryable) => {
    const failure = parseWith(
      codec,
      sse([START, ...text(0, 'Par'), { type: 'error', error: { type, message: 'No.' } }]),
    )
    const error: unknown = await failure.catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code, retryable, vendorCode: type })
    expect((error as LLMError).partial?.text).toBe('Par')
  })

  test('an answer without a stop reason was cut short', async () => {
    await expect(parseWith(codec, sse([START, ...text(0, 'Par')]))).rejects.toMatchObject({ code: 'connection' })
  })

  test('a stop reason is enough of an end, as some gateways send no more', async () => {
    expect((await parseWith(codec, sse([START, ...text(0, 'Hi'), end('end_turn')]))).finishReason).toBe('stop')
  })
})

describe('usage', () => {
  test('counts are cumulative, include the cache, and fields left open stay', async () => {
    const message = {
      id: 'm',
      usage: { input_tokens: 5, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 1 },
    }
    const later = {
      input_tokens: 7,
      cache_read_input_tokens: null,
      output_tokens: 30,
      output_tokens_details: { thinking_tokens: 12 },
    }
    const { usage } = await parseWith(
      codec,
      sse([{ type: 'message_start', message }, end(null, { output_tokens: 4 }), end('end_turn', later), STOP]),
    )
    expect(usage).toMatchObject({
      inputTokens: 127,
      outputTokens: 30,
      totalTokens: 157,
      cacheReadTokens: 100,
      cacheWriteTokens: 20,
      reasoningTokens: 12,
      source: 'reported',
    })
    expect(usage.raw).toMatchObject({ input_tokens: 7, cache_read_input_tokens: 100 })
  })

  test('what is not reported is unknown, not 0', async () => {
    const { usage } = await parseWith(codec, { id: 'm', content: [], stop_reason: 'end_turn' })
    expect(usage).toEqual({ source: 'reported' })
  })

  test('passes that compact the conversation are billed, other passes are in the totals already', async () => {
    const iterations = [
      { type: 'compaction', input_tokens: 1000, output_tokens: 50 },
      { type: 'message', input_tokens: 40, output_tokens: 6 },
    ]
    const usage = { input_tokens: 40, output_tokens: 6, iterations }
    const completion = await parseWith(codec, { id: 'm', content: [], stop_reason: 'end_turn', usage })
    expect(completion.usage).toMatchObject({ inputTokens: 1040, outputTokens: 56 })
  })
})

describe('tool calls', () => {
  test('arguments in pieces, in a stream with text before', async () => {
    const { toolCalls, finishReason } = await read(
      [...text(0, 'Let me see.'), open(1, TOOL), json(1, ''), json(1, '{"a":'), json(1, '1}'), close(1)],
      'tool_use',
    )
    expect(toolCalls).toEqual([{ type: 'tool-call', id: 'toolu_1', name: 'add', arguments: { a: 1 } }])
    expect(finishReason).toBe('tool-calls')
  })

  test('arguments that are whole at the start of the block', async () => {
    const { toolCalls } = await read([open(0, { ...TOOL, input: { a: 1 } }), close(0)], 'tool_use')
    expect(toolCalls[0]?.arguments).toEqual({ a: 1 })
  })

  test('arguments that are whole at the start and come again in pieces count once', async () => {
    const { toolCalls } = await read([open(0, { ...TOOL, input: { a: 1 } }), json(0, '{"a":2}'), close(0)], 'tool_use')
    expect(toolCalls[0]?.arguments).toEqual({ a: 2 })
  })

  test('parallel calls whose pieces come in turn', async () => {
    const other = { ...TOOL, id: 'toolu_2' }
    const { toolCalls } = await read(
      [
        open(0, TOOL),
        open(1, other),
        json(1, '{"b"'),
        json(0, '{"a"'),
        json(1, ':2}'),
        json(0, ':1}'),
        close(1),
        close(0),
      ],
      'tool_use',
    )
    expect(toolCalls.map(({ id, arguments: input }) => [id, input])).toEqual([
      ['toolu_1', { a: 1 }],
      ['toolu_2', { b: 2 }],
    ])
  })

  test('a tool without arguments is called with none', async () => {
    expect((await read([open(0, TOOL), json(0, ''), close(0)], 'tool_use')).toolCalls[0]).toEqual({
      type: 'tool-call',
      id: 'toolu_1',
      name: 'add',
      arguments: {},
    })
  })

  test.each(['max_tokens', 'refusal', 'model_context_window_exceeded'])('calls cut by %s must not run', async stop => {
    const { toolCalls } = await read([open(0, TOOL), json(0, '{"a":1'), close(0)], stop)
    expect(toolCalls).toEqual([
      { type: 'tool-call', id: 'toolu_1', name: 'add', arguments: {}, status: 'incomplete', argumentsText: '{"a":1' },
    ])
  })

  test('a call by code that the host runs keeps who called', async () => {
    const caller = { type: 'code_execution_20260120', tool_id: 'srvtoolu_1' }
    const { toolCalls } = await read([open(0, { ...TOOL, caller }), json(0, '{}'), close(0)], 'tool_use')
    expect(toolCalls[0]?.state?.data).toEqual({ caller })
  })
})

describe('thinking', () => {
  test('grows, and its signature is state', async () => {
    const { content, reasoning } = await read([
      open(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'Hm, ' }),
      delta(0, { type: 'thinking_delta', thinking: 'yes.' }),
      delta(0, { type: 'signature_delta', signature: 'sig' }),
      close(0),
      ...text(1, 'Yes.'),
    ])
    expect(reasoning).toBe('Hm, yes.')
    expect(content[0]).toEqual({
      type: 'reasoning',
      text: 'Hm, yes.',
      state: { protocol: 'anthropic-messages', data: { type: 'thinking', signature: 'sig' } },
    })
  })

  test('that is not shown keeps its signature', async () => {
    const { content } = await read([
      open(0, { type: 'thinking', thinking: '' }),
      delta(0, { type: 'signature_delta', signature: 'sig' }),
      close(0),
    ])
    expect(content).toMatchObject([{ type: 'reasoning', text: '', state: { data: { signature: 'sig' } } }])
  })

  test.each([
    ['redacted thinking', { type: 'redacted_thinking', data: 'xyz' }],
    ['a block that is newer than this package', { type: 'invention', of: { any: ['form'] } }],
  ])('%s is kept whole and is no text', async (_name, block) => {
    const { content, text: said, reasoning } = await read([open(0, block), close(0), ...text(1, 'Yes.')])
    expect([said, reasoning]).toEqual(['Yes.', ''])
    expect(content[0]).toMatchObject({ type: 'reasoning', text: '', state: { data: block } })
  })

  test('a compaction grows in pieces of its own', async () => {
    const { content } = await read([
      open(0, { type: 'compaction', content: '' }),
      delta(0, { type: 'compaction_delta', content: 'In short: ' }),
      delta(0, { type: 'compaction_delta', content: 'foxes.' }),
      close(0),
    ])
    expect(content[0]?.state?.data).toEqual({ type: 'compaction', content: 'In short: foxes.' })
  })
})

describe('what the host runs', () => {
  const call = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }
  const result = (content: unknown): object => ({ type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content })

  test('is no call for the caller, and its result says what was found', async () => {
    const found = [{ type: 'web_search_result', title: 'Foxes', url: 'https://fox.test', encrypted_content: 'x' }]
    const { content, toolCalls, finishReason } = await read([
      open(0, call),
      json(0, '{"query":'),
      json(0, '"fox"}'),
      close(0),
      open(1, result(found)),
      close(1),
      ...text(2, 'Found.'),
    ])
    expect([toolCalls, finishReason]).toEqual([[], 'stop'])
    expect(content).toMatchObject([
      { type: 'tool-call', name: 'web_search', arguments: { query: 'fox' }, providerExecuted: true },
      { type: 'tool-result', toolCallId: 'srvtoolu_1', content: 'Foxes: https://fox.test', providerExecuted: true },
      { type: 'text', text: 'Found.' },
    ])
    expect(content[1]?.state?.data).toEqual(result(found))
  })

  test.each([
    [[{ type: 'text', text: 'Hello' }], 'Hello'],
    [{ type: 'web_fetch_result', url: 'u' }, '{"type":"web_fetch_result","url":"u"}'],
    [{ type: 'code_execution_result', stdout: 'a', stderr: 'b', content: [] }, 'a\nb'],
  ])('%j can be read', async (content, said) => {
    const [part] = (await read([open(0, result(content)), close(0)])).content
    expect(part).toMatchObject({ content: said })
    expect(part).not.toHaveProperty('isError')
  })

  test('an error says so', async () => {
    const error = { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' }
    const [part] = (await read([open(0, result(error)), close(0)])).content
    expect(part).toMatchObject({ content: 'max_uses_exceeded', isError: true })
  })

  test('a result of a remote server that failed says so', async () => {
    const block = {
      type: 'mcp_tool_result',
      tool_use_id: 'mcptoolu_1',
      is_error: true,
      content: [{ type: 'text', text: 'No.' }],
    }
    expect((await read([open(0, block), close(0)])).content[0]).toMatchObject({
      name: 'mcp',
      content: 'No.',
      isError: true,
    })
  })

  test('files that code wrote are parts', async () => {
    const content = {
      type: 'code_execution_result',
      stdout: '',
      stderr: '',
      content: [{ type: 'code_execution_output', file_id: 'file_1' }],
    }
    const completion = await read([open(0, result(content)), close(0)])
    expect(completion.content[1]).toMatchObject({ type: 'file', source: { fileId: 'file_1' } })
  })
})

describe('citations', () => {
  test('say which text of the answer they support, whenever they come', async () => {
    const citation = {
      type: 'char_location',
      cited_text: 'A fox.',
      document_index: 0,
      document_title: 'a.txt',
      file_id: 'file_1',
    }
    const {
      sources,
      text: said,
      content,
    } = await read([
      ...text(0, 'See: '),
      open(1, { type: 'text', text: '', citations: [] }),
      delta(1, { type: 'citations_delta', citation }),
      delta(1, { type: 'text_delta', text: 'a fox' }),
      close(1),
      ...text(2, '.'),
    ])
    expect(sources).toEqual([
      {
        type: 'source',
        id: 'char_location',
        title: 'a.txt',
        filename: 'a.txt',
        fileId: 'file_1',
        quote: 'A fox.',
        start: 5,
        end: 10,
        state: { protocol: 'anthropic-messages', data: citation },
      },
    ])
    expect(said.slice(5, 10)).toBe('a fox')
    expect(content.map(({ type }) => type)).toEqual(['text', 'text', 'source', 'text'])
  })
})

describe('ends', () => {
  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['pause_turn', 'other'],
    ['refusal', 'content-filter'],
    ['compaction', 'other'],
  ])('%s is %s', async (raw, finishReason) => {
    expect(await read(text(0, 'Hi'), raw)).toMatchObject({ finishReason, rawFinishReason: raw })
  })

  test('a refusal says why', async () => {
    const stop_details = { type: 'refusal', category: 'cyber', explanation: 'Not that.' }
    const body = sse([START, end('refusal', {}, { stop_details }), STOP])
    expect((await parseWith(codec, body)).warnings).toEqual([
      { code: 'other', message: 'The model refused (cyber): Not that.' },
    ])
  })

  test('a block that is not closed ends with the answer', async () => {
    const { toolCalls } = await read([open(0, { ...TOOL, input: { a: 1 } })], 'tool_use')
    expect(toolCalls[0]?.arguments).toEqual({ a: 1 })
  })
})

describe('a whole answer', () => {
  test.each([
    ['an error', { type: 'error', error: { type: 'overloaded_error', message: 'Busy.' } }, 'overloaded'],
    ['no message', { id: 'x' }, 'malformed_response'],
    ['nothing', null, 'malformed_response'],
  ])('%s under a status of success is a typed error', async (_name, body, code) => {
    await expect(parseWith(codec, body)).rejects.toMatchObject({ code })
  })
})
