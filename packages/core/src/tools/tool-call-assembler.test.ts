import { describe, expect, test } from 'vitest'
import type { CompletionEvent } from '../stream/events.ts'
import { accumulate } from '../stream/accumulator.ts'
import { ToolCallAssembler, toolCallPart, type ToolCallDelta } from './tool-call-assembler.ts'

function assemble(deltas: readonly ToolCallDelta[], complete = true): CompletionEvent[] {
  const events: CompletionEvent[] = []
  const assembler = new ToolCallAssembler(event => events.push(event), 'answer1')
  for (const delta of deltas) assembler.push(delta)
  assembler.finish(complete)
  expect(assembler.size).toBe(0)
  return events
}

/** Id, name and arguments of each call. */
async function calls(deltas: readonly ToolCallDelta[]): Promise<unknown[]> {
  const { toolCalls } = await accumulate(assemble(deltas))
  return toolCalls.map(({ id, name, arguments: input, status, argumentsText }) => [
    id,
    name,
    status === undefined ? input : argumentsText,
  ])
}

const AB = [
  ['c1', 'a', { x: 1 }],
  ['c2', 'b', { y: 2 }],
]

describe('pieces', () => {
  test.each<[string, readonly ToolCallDelta[], unknown[]]>([
    [
      'the id once, then the index',
      [
        { index: 0, id: 'c1', name: 'a', text: '' },
        { index: 0, text: '{"x"' },
        { index: 0, text: ':1}' },
        { index: 1, id: 'c2', name: 'b' },
        { index: 1, text: '{"y":2}' },
      ],
      AB,
    ],
    [
      'the id in each',
      [
        { index: 0, id: 'c1', name: 'a', text: '{"x"' },
        { index: 0, id: 'c1', name: 'a', text: ':1}' },
        { index: 1, id: 'c2', name: 'b', text: '{"y":2}' },
      ],
      AB,
    ],
    [
      'interleaved by index',
      [
        { index: 0, id: 'c1', name: 'a' },
        { index: 1, id: 'c2', name: 'b' },
        { index: 1, text: '{"y"' },
        { index: 0, text: '{"x":' },
        { index: 1, text: ':2}' },
        { index: 0, text: '1}' },
      ],
      AB,
    ],
    [
      'interleaved by id, without an index',
      [
        { id: 'c1', name: 'a' },
        { id: 'c2', name: 'b' },
        { id: 'c1', text: '{"x":1}' },
        { id: 'c2', text: '{"y":2}' },
      ],
      AB,
    ],
    [
      'no index: the last call goes on',
      [{ id: 'c1', name: 'a', text: '{"x"' }, { text: ':1}' }, { id: 'c2', name: 'b', text: '{' }, { text: '"y":2}' }],
      AB,
    ],
    [
      'one index for all calls',
      [
        { index: 0, id: 'c1', name: 'a', text: '{"x":1}' },
        { index: 0, id: 'c2', name: 'b', text: '{"y"' },
        { index: 0, text: ':2}' },
      ],
      AB,
    ],
    [
      'empty ids and names behind the first',
      [
        { index: 0, id: 'c1', name: 'a', text: '{"x"' },
        { index: 0, id: '', name: '', text: ':1}' },
        { index: 1, id: 'c2', name: 'b', text: '{"y":2}' },
      ],
      AB,
    ],
    [
      'no ids',
      [
        { index: 0, name: 'a', text: '{"x":1}' },
        { index: 1, name: 'b', text: '{"y":2}' },
      ],
      [
        ['answer1_0', 'a', { x: 1 }],
        ['answer1_1', 'b', { y: 2 }],
      ],
    ],
    [
      'no ids and no index, each whole',
      [
        { name: 'a', text: '{"x":1}' },
        { name: 'a', text: '{"x":2}' },
      ],
      [
        ['answer1_0', 'a', { x: 1 }],
        ['answer1_1', 'a', { x: 2 }],
      ],
    ],
    [
      'no ids, one index, each whole',
      [
        { index: 0, name: 'a', text: '{"x":1}' },
        { index: 0, name: 'a', text: '{"x":2}' },
      ],
      [
        ['answer1_0', 'a', { x: 1 }],
        ['answer1_1', 'a', { x: 2 }],
      ],
    ],
    [
      'the name in each, the index too',
      [
        { index: 0, name: 'a', text: '{"x"' },
        { index: 0, name: 'a', text: ':1}' },
        { index: 0, name: 'a', text: '' },
      ],
      [['answer1_0', 'a', { x: 1 }]],
    ],
    [
      'one id for all calls',
      [
        { index: 0, id: 'c1', name: 'a', text: '{"x":1}' },
        { index: 1, id: 'c1', name: 'b', text: '{"y"' },
        { index: 1, text: ':2}' },
      ],
      [
        ['c1', 'a', { x: 1 }],
        ['answer1_1', 'b', { y: 2 }],
      ],
    ],
    [
      'the id late',
      [
        { index: 0, name: 'a', text: '{"x"' },
        { index: 0, id: 'c9', text: ':1}' },
      ],
      [['answer1_0', 'a', { x: 1 }]],
    ],
    [
      'blank arguments',
      [
        { index: 0, id: 'c1', name: 'a' },
        { index: 1, id: 'c2', name: 'b', text: ' \n' },
      ],
      [
        ['c1', 'a', {}],
        ['c2', 'b', {}],
      ],
    ],
    [
      'arguments that are no object',
      [
        { id: 'c1', name: 'a', text: '[1]' },
        { id: 'c2', name: 'b', text: '{"y"' },
      ],
      [
        ['c1', 'a', '[1]'],
        ['c2', 'b', '{"y"'],
      ],
    ],
    ['none at all', [], []],
  ])('%s', async (_name, deltas, expected) => {
    expect(await calls(deltas)).toEqual(expected)
  })

  test('are passed on as they come, and calls only at the end', () => {
    expect(assemble([{ id: 'c1', name: 'a', text: '{' }, { text: '}' }]).map(({ type }) => type)).toEqual([
      'tool-call-start',
      'tool-call-delta',
      'tool-call-delta',
      'tool-call',
    ])
  })

  test('of an answer that was cut make calls that nobody may run, whole or not', async () => {
    const { toolCalls } = await accumulate(
      assemble(
        [
          { id: 'c1', name: 'a', text: '{}' },
          { id: 'c2', name: 'b', text: '{"y' },
          { id: 'c3', name: 'c' },
        ],
        false,
      ),
    )
    expect(toolCalls.map(({ status, arguments: input }) => [status, input])).toEqual([
      ['incomplete', {}],
      ['incomplete', {}],
      ['incomplete', {}],
    ])
  })

  test('keep the last state of their call', () => {
    const state = (data: number) => ({ protocol: 'p', data })
    const events = assemble([
      { id: 'c1', name: 'a', state: state(1) },
      { id: 'c1', state: state(2), text: '{}' },
    ])
    expect(events.at(-1)).toMatchObject({ toolCall: { state: state(2) } })
  })
})

test('a call that the host ran says so', () => {
  expect(toolCallPart({ id: 'x', name: 'search', text: '{"q":1}', complete: true, providerExecuted: true })).toEqual({
    type: 'tool-call',
    id: 'x',
    name: 'search',
    arguments: { q: 1 },
    providerExecuted: true,
  })
  expect(toolCallPart({ id: 'x', name: 'y', text: 'no', complete: true })).toMatchObject({
    status: 'invalid',
    argumentsText: 'no',
    arguments: {},
  })
})
