import type { Completion } from '@llm/core'
import { parseWith, renderWith } from '@llm/core/testing'
import { describe, expect, test } from 'vitest'
import { createResponsesCodec } from './codec.ts'

const codec = createResponsesCodec()

/** No `event:` lines: the type is in the data. */
function sse(...events: object[]): string {
  return events.map(event => `data: ${JSON.stringify(event)}\n\n`).join('')
}

const created = { type: 'response.created', response: { id: 'resp_1', model: 'm1' } }
const completed = (more: object = {}): object => ({
  type: 'response.completed',
  response: { id: 'resp_1', model: 'm1', status: 'completed', ...more },
})

function parse(...events: object[]): Promise<Completion> {
  return parseWith(codec, sse(created, ...events))
}

const message = (text: string, more: object = {}): object => ({
  type: 'message',
  content: [{ type: 'output_text', text, ...more }],
})

describe('items', () => {
  test('text in deltas is told once, though the closed item and the final response hold it again', async () => {
    const item = message('Hello')
    const completion = await parse(
      { type: 'response.output_item.added', output_index: 0, item: { type: 'message' } },
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: 'a', delta: 'Hel' },
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: 'b', delta: 'lo' },
      { type: 'response.output_item.done', output_index: 0, item },
      completed({ output: [item], usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 } }),
    )
    expect(completion).toMatchObject({ id: 'resp_1', model: 'm1', text: 'Hello', finishReason: 'stop' })
    expect(completion.usage).toMatchObject({ inputTokens: 1, outputTokens: 2, totalTokens: 3 })
  })

  test.each([
    ['from those of the reasoning before it', [1, 2]],
    ['from the first of its own', [0, 1]],
  ])('the parts of a message may be counted %s: each is told once', async (_, [first, second]) => {
    const item = { type: 'message', content: ['One. ', 'Two. ', 'Three.'].map(text => ({ type: 'output_text', text })) }
    const delta = (content_index: number | undefined, text: string): object => ({
      type: 'response.output_text.delta',
      output_index: 1,
      content_index,
      delta: text,
    })
    const short = { ...item, content: item.content.slice(0, 2) }
    const told = [delta(first, 'One. '), delta(second, 'Two. ')]
    const done = (closed: object): object => ({ type: 'response.output_item.done', output_index: 1, item: closed })
    expect((await parse(...told, done(short), completed())).text).toBe('One. Two. ')
    if (first === 0) expect((await parse(...told, done(item), completed())).text).toBe('One. Two. Three.')
  })

  test('items that nobody streamed are read from the final response', async () => {
    const output = [message('Hi', { annotations: [{ type: 'url_citation', url: 'https://a', title: 'A' }] })]
    expect(await parse(completed({ output }))).toMatchObject({
      text: 'Hi',
      sources: [{ url: 'https://a', title: 'A' }],
    })
  })

  test('items that overlap and close out of order keep their places', async () => {
    const text = (index: number, delta: string): object => ({
      type: 'response.output_text.delta',
      output_index: index,
      content_index: 0,
      delta,
    })
    const completion = await parse(
      text(0, 'a'),
      text(1, 'x'),
      text(0, 'b'),
      { type: 'response.output_item.done', output_index: 1, item: message('x') },
      { type: 'response.output_item.done', output_index: 0, item: message('ab') },
      completed(),
    )
    expect(completion.content).toEqual([
      { type: 'text', text: 'ab' },
      { type: 'text', text: 'x' },
    ])
  })

  test('a text and reasoning that are announced before a call stand before it, though it speaks first', async () => {
    const added = (output_index: number, item: object): object => ({
      type: 'response.output_item.added',
      output_index,
      item,
    })
    const call = { type: 'function_call', call_id: 'c', name: 'now', arguments: '{}' }
    const { content } = await parse(
      added(0, { type: 'reasoning' }),
      added(1, { type: 'message' }),
      added(2, { type: 'message' }),
      added(3, call),
      { type: 'response.function_call_arguments.delta', output_index: 3, delta: '{}' },
      { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'text' },
      { type: 'response.reasoning_summary_text.delta', output_index: 0, delta: 'thought' },
      completed({ output: [{ type: 'reasoning' }, message('text'), { type: 'message', content: [] }, call] }),
    )
    expect(content.map(part => part.type)).toEqual(['reasoning', 'text', 'tool-call'])
  })

  test('annotations are told once, as they come or with their item', async () => {
    const annotations = [
      { type: 'url_citation', url: 'https://a', start_index: 0, end_index: 1 },
      { type: 'file_citation', file_id: 'f', filename: 'b.txt' },
      { type: 'unknown' },
    ]
    const { sources } = await parse(
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Hi' },
      { type: 'response.output_text.annotation.added', output_index: 0, content_index: 0, annotation: annotations[0] },
      { type: 'response.output_item.done', output_index: 0, item: message('Hi', { annotations }) },
      completed(),
    )
    expect(sources.map(({ url, fileId }) => url ?? fileId)).toEqual(['https://a', 'f'])
  })

  test('reasoning: paragraphs, and what must go back', async () => {
    const delta = (type: string, text: string): object => ({
      type: `response.${type}.delta`,
      output_index: 0,
      delta: text,
    })
    const item = { type: 'reasoning', summary: [{ text: 'One.' }, { text: 'Two.' }], encrypted_content: 'XYZ' }
    const part = { type: 'response.reasoning_summary_part.added', output_index: 0 }
    const streamed = await parse(
      part,
      delta('reasoning_summary_text', 'One.'),
      part,
      delta('reasoning_summary_text', 'Two.'),
      { type: 'response.output_item.done', output_index: 0, item },
      completed({ output: [item] }),
    )
    const whole = await parseWith(codec, { id: 'resp_1', model: 'm1', status: 'completed', output: [item] })
    expect(streamed.content).toEqual([
      {
        type: 'reasoning',
        text: 'One.\n\nTwo.',
        state: { protocol: 'openai-responses', data: { encrypted_content: 'XYZ' } },
      },
    ])
    expect({ ...whole, response: 0 }).toEqual({ ...streamed, response: 0 })
    expect((await parse(delta('reasoning_text', 'Raw.'), completed())).reasoning).toBe('Raw.')
  })

  test('calls in pieces, whole, and of custom tools', async () => {
    const { toolCalls, finishReason } = await parse(
      { type: 'response.output_item.added', output_index: 0, item: { type: 'function_call', call_id: 'a', name: 'f' } },
      { type: 'response.function_call_arguments.delta', output_index: 0, delta: '{"x"' },
      { type: 'response.output_item.added', output_index: 1, item: { type: 'function_call', call_id: 'b', name: 'g' } },
      { type: 'response.function_call_arguments.delta', output_index: 0, delta: ':1}' },
      {
        type: 'response.output_item.done',
        output_index: 0,
        item: { type: 'function_call', call_id: 'a', name: 'f', arguments: '{"x":1}' },
      },
      {
        type: 'response.output_item.done',
        output_index: 1,
        item: { type: 'function_call', call_id: 'b', name: 'g', arguments: '' },
      },
      {
        type: 'response.output_item.done',
        output_index: 2,
        item: { type: 'custom_tool_call', call_id: 'c', name: 'h', input: 'free' },
      },
      completed(),
    )
    expect(finishReason).toBe('tool-calls')
    expect(toolCalls).toEqual([
      { type: 'tool-call', id: 'a', name: 'f', arguments: { x: 1 } },
      { type: 'tool-call', id: 'b', name: 'g', arguments: {} },
      { type: 'tool-call', id: 'c', name: 'h', arguments: { input: 'free' } },
    ])
  })

  test('what the host did by itself is no call for the caller, and goes back as it came', async () => {
    const search = { type: 'web_search_call', id: 'ws', status: 'completed', action: { type: 'search', query: 'q' } }
    const code = { type: 'code_interpreter_call', id: 'ci', code: '1+1' }
    const mcp = { type: 'mcp_call', id: 'mc', name: 'n', arguments: '{}' }
    const files = { type: 'file_search_call', id: 'fs', queries: ['q'] }
    const { content, toolCalls, finishReason } = await parse(completed({ output: [search, code, mcp, files] }))
    expect(toolCalls).toEqual([])
    expect(finishReason).toBe('stop')
    expect(content).toMatchObject([
      {
        name: 'web_search',
        arguments: { type: 'search', query: 'q' },
        providerExecuted: true,
        state: { data: search },
      },
      { name: 'code_interpreter', arguments: { code: '1+1' }, state: { data: code } },
      { name: 'mcp', arguments: { name: 'n', arguments: '{}' } },
      { name: 'file_search', arguments: { queries: ['q'] } },
    ])
  })

  test('what was found in files is told one by one, and goes back with its call only', async () => {
    const results = [
      { file_id: 'f1', filename: 'a.md', score: 0.9, text: 'Mars is red.', attributes: { lang: 'en' } },
      { file_id: 'f2', score: 0.1, text: 'Venus is not.', attributes: {} },
    ]
    const search = { type: 'file_search_call', id: 'fs', queries: ['q'], results }
    const completion = await parse(completed({ output: [search] }))
    const found = [
      { fileId: 'f1', filename: 'a.md', score: 0.9, text: 'Mars is red.', attributes: { lang: 'en' } },
      { fileId: 'f2', score: 0.1, text: 'Venus is not.' },
    ]
    expect(completion.fileSearchResults).toEqual(found)
    expect(completion.content[1]).toMatchObject({
      type: 'tool-result',
      toolCallId: 'fs',
      content: 'Mars is red.\n\nVenus is not.',
      providerExecuted: true,
    })
    const { body, warnings } = await renderWith(
      codec,
      { messages: [completion.message] },
      { status: 'completed', output: [] },
    )
    expect(body).toMatchObject({ input: [search] })
    expect([(body['input'] as unknown[]).length, warnings]).toEqual([1, []])
  })

  test('generated images are files', async () => {
    const images = [
      { type: 'image_generation_call', id: 'ig', result: 'AAA', output_format: 'webp' },
      { type: 'image_generation_call', id: 'none', result: null },
    ]
    const { content } = await parse(completed({ output: images }))
    expect(content).toEqual([
      {
        type: 'image',
        source: { base64: 'AAA', mediaType: 'image/webp' },
        state: { protocol: 'openai-responses', data: { id: 'ig' } },
      },
    ])
  })

  test('a refusal, streamed and whole', async () => {
    const item = { type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }
    const refused = { text: 'No.', finishReason: 'content-filter' }
    const delta = { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'No.' }
    expect(await parse(delta, { type: 'response.output_item.done', output_index: 0, item }, completed())).toMatchObject(
      refused,
    )
    expect(await parse(completed({ output: [item] }))).toMatchObject(refused)
  })

  test('the phase of a message is kept to go back', async () => {
    const { content } = await parse(completed({ output: [{ ...message('Hi'), phase: 'final_answer' }] }))
    expect(content).toMatchObject([{ text: 'Hi', state: { data: { phase: 'final_answer' } } }])
  })
})

describe('ends', () => {
  const call = { type: 'function_call', call_id: 'a', name: 'f', arguments: '{"x":' }
  const incomplete = (reason: string): object => ({
    type: 'response.incomplete',
    response: { status: 'incomplete', incomplete_details: { reason }, output: [call] },
  })

  test.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content-filter'],
    ['steered', 'other'],
  ])('incomplete for %s is %s, and its calls must not be run', async (reason, finishReason) => {
    const completion = await parse(incomplete(reason))
    expect(completion).toMatchObject({ finishReason, rawFinishReason: reason })
    expect(completion.toolCalls).toMatchObject([{ status: 'incomplete', argumentsText: '{"x":' }])
  })

  test.each([
    [
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'Oops' } } },
      'server',
    ],
    [{ type: 'error', code: 'rate_limit_exceeded', message: 'Slow', param: null }, 'rate_limit'],
    [{ type: 'error', error: { type: 'overloaded_error', message: 'Busy' } }, 'overloaded'],
    [{ type: 'response.failed', response: {} }, 'server'],
  ])('%j fails', async (event, code) => {
    const delta = { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Hi' }
    await expect(parse(delta, event)).rejects.toMatchObject({ code, partial: { text: 'Hi' } })
  })

  test('a stream without its last event is a broken connection', async () => {
    const delta = { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Hi' }
    await expect(parse(delta)).rejects.toMatchObject({ code: 'connection', partial: { text: 'Hi' } })
  })

  test.each([[null], [{}], [{ output: 'text' }], [[]], [{ output: [null] }]])(
    'a whole answer of %j is malformed',
    async body => {
      await expect(parseWith(codec, body)).rejects.toMatchObject({ code: 'malformed_response' })
    },
  )

  test('a failed response with a status of success', async () => {
    await expect(
      parseWith(codec, { error: { code: 'server_error', message: 'Oops' }, output: [] }),
    ).rejects.toMatchObject({ code: 'server' })
    await expect(parseWith(codec, { status: 'failed', error: null, output: [] })).rejects.toMatchObject({
      code: 'server',
    })
  })
})
