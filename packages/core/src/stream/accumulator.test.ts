import { describe, expect, test } from 'vitest'
import type { Completion } from '../completion.ts'
import type { PartState, ToolCallPart } from '../message.ts'
import { accumulate, CompletionAccumulator } from './accumulator.ts'
import type { CompletionEvent } from './events.ts'

const start: CompletionEvent = { type: 'start', id: 'a1', provider: 'host', model: 'm', requestId: 'r1', warnings: [] }
const finish: CompletionEvent = { type: 'finish', finishReason: 'stop', rawFinishReason: 'end' }
const state = (data: string): PartState => ({ protocol: 'p', data })
const text = (value: string, block?: string | number): CompletionEvent => ({ type: 'text-delta', text: value, block })
const thought = (value: string, block?: string | number): CompletionEvent => ({
  type: 'reasoning-delta',
  text: value,
  block,
})

function fold(events: readonly CompletionEvent[]): Completion {
  const accumulator = new CompletionAccumulator()
  for (const event of events) accumulator.push(event)
  return accumulator.snapshot()
}

test('nothing is an empty answer whose end is not known', () => {
  expect(fold([])).toEqual({
    id: '',
    provider: '',
    model: '',
    content: [],
    text: '',
    reasoning: '',
    toolCalls: [],
    sources: [],
    finishReason: 'other',
    usage: { source: 'reported' },
    warnings: [],
    attempts: [],
    response: { headers: {} },
    message: { role: 'assistant', content: [] },
  })
})

test('start and finish say who answered and why it ended', () => {
  const completion = fold([start, text('Hi'), finish])
  expect(completion).toMatchObject({ id: 'a1', requestId: 'r1', provider: 'host', model: 'm', text: 'Hi' })
  expect(completion).toMatchObject({ finishReason: 'stop', rawFinishReason: 'end' })
  expect(completion.message).toEqual({ role: 'assistant', content: [{ type: 'text', text: 'Hi' }] })
})

test('warnings of the start come before those of the end', () => {
  const first = { code: 'other', message: 'first' } as const
  const last = { code: 'other', message: 'last' } as const
  expect(
    fold([
      { ...start, warnings: [first] },
      { ...finish, warnings: [last] },
    ]).warnings,
  ).toEqual([first, last])
})

describe('text and reasoning', () => {
  test('deltas without a block are one part until another begins', () => {
    const {
      content,
      text: all,
      reasoning,
    } = fold([thought('a'), thought('b'), text('c'), text('d'), thought('e'), text('f')])
    expect(content.map(part => (part.type === 'text' || part.type === 'reasoning' ? part.text : ''))).toEqual([
      'ab',
      'cd',
      'e',
      'f',
    ])
    expect([all, reasoning]).toEqual(['cdf', 'abe'])
  })

  test('blocks may be interleaved', () => {
    const { content } = fold([text('a', 0), text('x', 1), text('b', 0), thought('t', 0), text('y', 1)])
    expect(content).toEqual([
      { type: 'text', text: 'ab' },
      { type: 'text', text: 'xy' },
      { type: 'reasoning', text: 't' },
    ])
  })

  test('a block goes on behind a call, a source or a file', () => {
    const source = { type: 'source', url: 'https://example.com' } as const
    const file = { type: 'image', source: { url: 'https://example.com/a.png' } } as const
    const events: CompletionEvent[] = [
      text('a', 'm'),
      { type: 'source', source },
      text('b', 'm'),
      { type: 'file', file },
      text('c', 'm'),
    ]
    expect(fold(events).content).toEqual([{ type: 'text', text: 'abc' }, source, file])
  })

  test('state stands with its part; the last one counts', () => {
    const events: CompletionEvent[] = [
      { type: 'reasoning-delta', text: 'hm', state: state('1') },
      { type: 'reasoning-delta', text: '', state: state('2') },
    ]
    expect(fold(events).content).toEqual([{ type: 'reasoning', text: 'hm', state: state('2') }])
  })

  test('an empty part is left out, but for its state', () => {
    const events: CompletionEvent[] = [
      text(''),
      { type: 'reasoning-delta', text: '', block: 1, state: state('secret') },
    ]
    expect(fold(events).content).toEqual([{ type: 'reasoning', text: '', state: state('secret') }])
  })
})

describe('tool calls', () => {
  const call: ToolCallPart = { type: 'tool-call', id: 'c1', name: 'now', arguments: { zone: 'UTC' } }
  const open: CompletionEvent = { type: 'tool-call-start', id: 'c1', name: 'now' }
  const delta = (id: string, more: string): CompletionEvent => ({ type: 'tool-call-delta', id, text: more })

  test('a call that was not ended is incomplete and keeps what it had', () => {
    expect(fold([open, delta('c1', '{"zo'), delta('c1', 'ne"')]).toolCalls).toEqual([
      { type: 'tool-call', id: 'c1', name: 'now', arguments: {}, status: 'incomplete', argumentsText: '{"zone"' },
    ])
  })

  test('a whole call replaces its pieces, in their place', () => {
    const events: CompletionEvent[] = [open, text('behind'), delta('c1', '{}'), { type: 'tool-call', toolCall: call }]
    expect(fold(events).content).toEqual([call, { type: 'text', text: 'behind' }])
  })

  test('parallel calls do not mix', () => {
    const events: CompletionEvent[] = [
      open,
      { type: 'tool-call-start', id: 'c2', name: 'b' },
      delta('c2', '2'),
      delta('c1', '1'),
    ]
    expect(fold(events).toolCalls.map(({ id, argumentsText }) => [id, argumentsText])).toEqual([
      ['c1', '1'],
      ['c2', '2'],
    ])
  })

  test('a piece of a call that nobody opened is dropped', () => {
    expect(fold([delta('who', '{}')]).content).toEqual([])
  })

  test('those that the host runs are in the content only, with their results', () => {
    const search = { ...call, providerExecuted: true }
    const result = { type: 'tool-result', toolCallId: 'c1', content: 'noon', providerExecuted: true } as const
    const completion = fold([
      { type: 'tool-call', toolCall: search },
      { type: 'tool-result', toolResult: result },
    ])
    expect(completion.content).toEqual([search, result])
    expect(completion.toolCalls).toEqual([])
  })

  test('nothing that was pushed is changed', () => {
    const pushed: ToolCallPart = Object.freeze({ ...call, status: 'incomplete', argumentsText: '{' } as const)
    const events: CompletionEvent[] = [{ type: 'tool-call', toolCall: pushed }, delta('c1', '}')]
    expect(fold(events).toolCalls[0]?.argumentsText).toBe('{}')
  })
})

test('sources are listed apart too', () => {
  const source = { type: 'source', url: 'https://example.com', title: 'Example' } as const
  const { sources, content } = fold([text('a'), { type: 'source', source }])
  expect(sources).toEqual([source])
  expect(content).toHaveLength(2)
})

test('a usage snapshot replaces the one before', () => {
  const usage = (outputTokens: number): CompletionEvent => ({
    type: 'usage',
    usage: { inputTokens: 5, outputTokens, source: 'reported' },
  })
  expect(fold([usage(1), usage(7)]).usage).toEqual({ inputTokens: 5, outputTokens: 7, source: 'reported' })
})

test('the cost is what the host said last, and absent where it said none', () => {
  const usage = { source: 'reported' } as const
  const billed = (total: number): CompletionEvent => ({ type: 'usage', usage, cost: { total, source: 'reported' } })
  expect(fold([billed(0.5), billed(2), { type: 'usage', usage }]).cost).toEqual({ total: 2, source: 'reported' })
  expect(fold([{ type: 'usage', usage }])).not.toHaveProperty('cost')
})

describe('a structured answer', () => {
  const partial: CompletionEvent = { type: 'object-delta', object: { a: 1 } }
  const whole: CompletionEvent = { type: 'object', object: { a: 1, b: 2 } }
  test('is there when it is whole', () => {
    expect(fold([partial, whole, finish]).object).toEqual({ a: 1, b: 2 })
    expect(fold([{ type: 'object', object: null }, finish]).object).toBeNull()
  })
  test('is absent where there is none, and where the answer was not complete', () => {
    expect('object' in fold([text('{}'), finish])).toBe(false)
    expect('object' in fold([partial, finish])).toBe(false)
    expect('object' in fold([whole])).toBe(false)
  })
})

test('an answer that was interrupted says so, unless its end had come', () => {
  const accumulator = new CompletionAccumulator()
  accumulator.push(text('a'))
  expect(accumulator.finished).toBe(false)
  expect(accumulator.snapshot(true)).toMatchObject({ finishReason: 'other', interrupted: true })
  expect('interrupted' in accumulator.snapshot()).toBe(false)
  accumulator.push(finish)
  expect(accumulator.finished).toBe(true)
  expect('interrupted' in accumulator.snapshot(true)).toBe(false)
})

test('content is what a reader could have seen', () => {
  const accumulator = new CompletionAccumulator()
  for (const event of [start, text(''), thought('')]) accumulator.push(event)
  expect(accumulator.hasContent).toBe(false)
  accumulator.push(thought('hm'))
  expect(accumulator.hasContent).toBe(true)
})

test('a snapshot stays as it was when more comes', () => {
  const accumulator = new CompletionAccumulator()
  accumulator.push(text('a'))
  const early = accumulator.snapshot()
  accumulator.push(text('b'))
  expect([early.content, accumulator.snapshot().text]).toEqual([[{ type: 'text', text: 'a' }], 'ab'])
})

test('accumulate takes lists and streams', async () => {
  async function* events(): AsyncGenerator<CompletionEvent> {
    yield start
    yield text('Hi')
    yield finish
  }
  expect(await accumulate(events())).toEqual(await accumulate([start, text('Hi'), finish]))
})

test('what was found in files is listed apart, search after search', () => {
  const found = (text: string): CompletionEvent => ({
    type: 'tool-result',
    toolResult: { type: 'tool-result', toolCallId: text, content: text, fileSearchResults: [{ text, score: 0.5 }] },
  })
  expect(fold([found('a'), found('b')]).fileSearchResults).toEqual([
    { text: 'a', score: 0.5 },
    { text: 'b', score: 0.5 },
  ])
})

test('what was said so far is known at any time', () => {
  const accumulator = new CompletionAccumulator()
  accumulator.push({ type: 'reasoning-delta', text: 'Hm.' })
  expect(accumulator.text).toBe('')
  accumulator.push({ type: 'text-delta', text: 'Hel' })
  accumulator.push({ type: 'text-delta', text: 'lo' })
  expect(accumulator.text).toBe('Hello')
})
