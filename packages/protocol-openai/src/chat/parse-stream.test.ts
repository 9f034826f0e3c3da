import { LLMError, type Completion } from '@llm/core'
import { parseWith } from '@llm/core/testing'
import { describe, expect, test } from 'vitest'
import { createChatCodec } from './codec.ts'

const codec = createChatCodec()

function sse(...chunks: unknown[]): string {
  return chunks.map(chunk => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`).join('')
}

const delta = (piece: object, more: object = {}): object => ({
  id: 'c',
  model: 'm1',
  choices: [{ index: 0, delta: piece, ...more }],
})
const stop = (reason: string): object => ({ choices: [{ delta: {}, finish_reason: reason }] })

function parse(...chunks: unknown[]): Promise<Completion> {
  return parseWith(codec, sse(...chunks))
}

describe('what hosts of this format send', () => {
  test('a first chunk without choices, `usage: null` after usage, a finish reason sent twice, no [DONE]', async () => {
    const completion = await parse(
      { id: 'c', choices: [], prompt_filter_results: [] },
      delta({ role: 'assistant', content: 'Hi' }),
      { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } },
      { ...stop('stop'), usage: null },
      stop('stop'),
    )
    expect(completion).toMatchObject({ id: 'c', text: 'Hi', finishReason: 'stop', rawFinishReason: 'stop' })
    expect(completion.usage).toMatchObject({ inputTokens: 3, outputTokens: 2, totalTokens: 5 })
  })

  test('a first chunk that says nothing of the answer, not even its id', async () => {
    const first = { id: '', model: '', choices: [], prompt_filter_results: [] }
    const next = { ...delta({ content: 'Hi' }), id: 'c', model: 'm-1' }
    expect(await parse(first, next, stop('stop'))).toMatchObject({ id: 'c', model: 'm-1', text: 'Hi' })
  })

  test('a finish reason in an empty chunk of a [DONE] stream that never named one', async () => {
    expect(await parse(delta({ content: 'Hi' }), '[DONE]')).toMatchObject({ finishReason: 'other', text: 'Hi' })
  })

  test('further choices are not mixed in, and an index is not needed', async () => {
    const second = { index: 1, delta: { content: 'Servus' }, finish_reason: 'length' }
    const first = { delta: { content: 'Hi' } }
    expect(
      await parse({ choices: [first] }, { choices: [second] }, { choices: [second, first] }, stop('stop')),
    ).toMatchObject({ text: 'HiHi', finishReason: 'stop' })
  })

  test('usage in a chunk that also has content', async () => {
    const { usage } = await parse(
      { ...delta({ content: 'Hi' }), usage: { prompt_tokens: 1, completion_tokens: 1 } },
      stop('stop'),
    )
    expect(usage).toMatchObject({ inputTokens: 1, outputTokens: 1, source: 'reported' })
    expect(usage.cacheReadTokens).toBeUndefined()
  })

  test('usage that is never told is unknown, not 0', async () => {
    const { usage } = await parse(delta({ content: 'Hi' }), stop('stop'))
    expect(usage).toEqual({ source: 'reported' })
  })

  test('a list as content, and reasoning under either name', async () => {
    const completion = await parse(
      delta({ reasoning_content: 'Let ' }),
      delta({ reasoning: 'me.' }),
      delta({ content: [{ type: 'text', text: 'H' }, { type: 'other' }] }),
      delta({ content: 'i' }),
      stop('stop'),
    )
    expect(completion).toMatchObject({ reasoning: 'Let me.', text: 'Hi' })
    expect(completion.content.map(part => part.type)).toEqual(['reasoning', 'text'])
  })

  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content_filter', 'content-filter'],
    ['function_call', 'tool-calls'],
    ['tool_calls', 'tool-calls'],
    ['error', 'error'],
    ['eos', 'other'],
  ])('finish reason %s is %s', async (raw, finishReason) => {
    expect(await parse(delta({ content: 'Hi' }), stop(raw))).toMatchObject({ finishReason, rawFinishReason: raw })
  })

  test('a refusal is the text, and the finish reason tells it from an answer', async () => {
    expect(await parse(delta({ refusal: 'I ' }), delta({ refusal: 'cannot.' }), stop('stop'))).toMatchObject({
      text: 'I cannot.',
      finishReason: 'content-filter',
    })
  })

  test('spoken output, in pieces that are each base64 of their own', async () => {
    const completion = await parse(
      delta({ audio: { id: 'a1', data: btoa('abc') } }),
      delta({ audio: { data: btoa('de'), transcript: 'Hel' } }),
      delta({ audio: { transcript: 'lo' } }),
      stop('stop'),
    )
    expect(completion.content).toEqual([
      {
        type: 'audio',
        source: { base64: btoa('abcde'), mediaType: 'audio/wav' },
        transcript: 'Hello',
        state: { protocol: 'openai-chat', data: { id: 'a1' } },
      },
    ])
  })
})

const call = (fields: object): object => delta({ tool_calls: [fields] })

describe('tool calls', () => {
  test('in pieces, interleaved', async () => {
    const { toolCalls, finishReason } = await parse(
      call({ index: 0, id: 'a', function: { name: 'one', arguments: '{"x"' } }),
      call({ index: 1, id: 'b', function: { name: 'two', arguments: '' } }),
      call({ index: 0, function: { arguments: ':1}' } }),
      call({ index: 1, function: { arguments: '{}' } }),
      stop('tool_calls'),
    )
    expect(finishReason).toBe('tool-calls')
    expect(toolCalls).toEqual([
      { type: 'tool-call', id: 'a', name: 'one', arguments: { x: 1 } },
      { type: 'tool-call', id: 'b', name: 'two', arguments: {} },
    ])
  })

  test('finished with `stop` all the same', async () => {
    const { toolCalls, finishReason } = await parse(
      call({ id: 'a', function: { name: 'now', arguments: '' } }),
      stop('stop'),
    )
    expect(finishReason).toBe('tool-calls')
    expect(toolCalls).toEqual([{ type: 'tool-call', id: 'a', name: 'now', arguments: {} }])
  })

  test('cut at the output limit: incomplete, whatever the arguments look like', async () => {
    const { toolCalls } = await parse(
      call({ index: 0, id: 'a', function: { name: 'rm', arguments: '' } }),
      stop('length'),
    )
    expect(toolCalls).toMatchObject([{ status: 'incomplete', argumentsText: '', arguments: {} }])
  })

  test('arguments that are no JSON object are invalid', async () => {
    const { toolCalls } = await parse(
      call({ index: 0, id: 'a', function: { name: 'f', arguments: '[1]' } }),
      stop('tool_calls'),
    )
    expect(toolCalls).toMatchObject([{ status: 'invalid', argumentsText: '[1]' }])
  })

  test('arguments as an object, and custom tools', async () => {
    const { toolCalls } = await parse(
      call({ index: 0, id: 'a', function: { name: 'f', arguments: { x: 1 } } }),
      call({ index: 1, id: 'b', custom: { name: 'g', input: '{"y":2}' } }),
      stop('tool_calls'),
    )
    expect(toolCalls.map(({ name, arguments: args }) => [name, args])).toEqual([
      ['f', { x: 1 }],
      ['g', { y: 2 }],
    ])
  })
})

describe('failures', () => {
  test('an error in a chunk is of its class, after what came before it', async () => {
    const failure = parse(delta({ content: 'Hi' }), { error: { message: 'Slow down', code: 429 } })
    const error: unknown = await failure.catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'rate_limit', status: 429, retryable: true, partial: { text: 'Hi' } })
  })

  test('a stream that just ends is a broken connection', async () => {
    await expect(parse(delta({ content: 'Hi' }))).rejects.toMatchObject({ code: 'connection', partial: { text: 'Hi' } })
  })

  test('broken JSON in the middle is malformed; a last line that was cut is a broken connection', async () => {
    await expect(parse(delta({ content: 'Hi' }), '{"choices":', stop('stop'))).rejects.toMatchObject({
      code: 'malformed_response',
    })
    const cut = sse(delta({ content: 'Hi' })) + 'data: {"choices":[{"del'
    await expect(parseWith(codec, cut)).rejects.toMatchObject({ code: 'connection' })
  })

  test.each([[null], [{}], [{ choices: [] }], [[]], ['"text"']])('a whole answer of %j is malformed', async body => {
    const answer = typeof body === 'string' ? (JSON.parse(body) as unknown) : body
    const error: unknown = await parseWith(codec, typeof answer === 'string' ? { choices: 'text' } : answer).catch(
      (cause: unknown) => cause,
    )
    expect(LLMError.is(error)).toBe(true)
    expect(error).toMatchObject({ code: 'malformed_response' })
  })

  test('an error in a body of a success', async () => {
    await expect(
      parseWith(codec, { error: { message: 'No credit', code: 'insufficient_quota' } }),
    ).rejects.toMatchObject({
      code: 'quota_exceeded',
    })
  })
})

test('a whole message is read like one large delta', async () => {
  const message = {
    content: 'Hi',
    reasoning_content: 'Hm.',
    tool_calls: [
      { id: 'a', function: { name: 'f', arguments: '{}' } },
      { id: 'b', function: { name: 'f', arguments: '{"x":1}' } },
    ],
    annotations: [
      { type: 'url_citation', url_citation: { url: 'https://a', title: 'A', start_index: 0, end_index: 2 } },
    ],
  }
  const whole = await parseWith(codec, { id: 'c', model: 'm1', choices: [{ message, finish_reason: 'tool_calls' }] })
  const streamed = await parse(delta(message), stop('tool_calls'))
  expect({ ...whole, response: 0 }).toEqual({ ...streamed, response: 0 })
  expect(whole.sources).toEqual([{ type: 'source', url: 'https://a', title: 'A', start: 0, end: 2 }])
  expect(whole.toolCalls).toHaveLength(2)
})
