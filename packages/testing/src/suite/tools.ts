import assert from 'node:assert/strict'
import type { Completion, CompletionRequest, Message } from '@llm/core'
import type { FixturePart } from '../fixtures/wire-fixtures.ts'
import { REQUEST, type Bench } from './bench.ts'
import type { SuiteCase } from './case.ts'

type CallPart = Extract<FixturePart, { readonly type: 'tool-call' }>

const WEATHER = { name: 'get_weather', description: 'The weather of a city.', parameters: { type: 'object' } } as const
const ASKED: CompletionRequest = { ...REQUEST, tools: [WEATHER, { name: 'now' }] }

function call(id: string | undefined, city: string): CallPart {
  return { type: 'tool-call', id, name: 'get_weather', deltas: ['{"ci', 'ty":', `"${city}"`, '}'] }
}

/** Has the host answer with tool calls, whole and streamed. */
function answered(bench: Bench, parts: readonly FixturePart[], interleaved = false): Promise<Completion> {
  return bench.both({ parts, interleaved, finishReason: 'tool-calls' }, ASKED)
}

function cities({ toolCalls }: Completion): readonly unknown[] {
  return toolCalls.map(part => part.arguments['city'])
}

export const toolCases: readonly SuiteCase[] = [
  {
    name: 'tools: a call has its name, its id and its parsed arguments',
    needs: ['tools'],
    async run(bench) {
      const completion = await answered(bench, [call('call_1', 'Oslo')])
      const [part, ...others] = completion.toolCalls
      assert.deepEqual(others, [])
      assert.equal(part?.name, 'get_weather')
      assert.deepEqual(part.arguments, { city: 'Oslo' })
      assert.equal(part.status, undefined)
      if (bench.supports.toolCallIds) assert.equal(part.id, 'call_1')
      assert.equal(completion.finishReason, 'tool-calls')
    },
  },
  {
    name: 'tools: text before a call stays before it',
    needs: ['tools'],
    async run(bench) {
      const parts: FixturePart[] = [{ type: 'text', deltas: ['I will look.'] }, call('call_1', 'Oslo')]
      const { content, text } = await answered(bench, parts)
      assert.deepEqual(
        content.map(part => part.type),
        ['text', 'tool-call'],
      )
      assert.equal(text, 'I will look.')
    },
  },
  {
    name: 'tools: parallel calls stay apart and in order',
    needs: ['tools'],
    async run(bench) {
      const completion = await answered(bench, [
        call('call_1', 'Oslo'),
        call('call_2', 'Bergen'),
        call('call_3', 'Bodø'),
      ])
      assert.deepEqual(cities(completion), ['Oslo', 'Bergen', 'Bodø'])
      assertDistinctIds(completion)
    },
  },
  {
    name: 'tools: parallel calls whose pieces come in turn stay apart',
    needs: ['tools', 'toolCallDeltas', 'interleavedToolCalls'],
    async run(bench) {
      const completion = await answered(bench, [call('call_1', 'Oslo'), call('call_2', 'Bergen')], true)
      assert.deepEqual(cities(completion), ['Oslo', 'Bergen'])
    },
  },
  {
    name: 'tools: a stream gives the pieces of the arguments as they come',
    needs: ['tools', 'toolCallDeltas'],
    async run(bench) {
      const parts = [call('call_1', 'Oslo')]
      const { events } = await bench.read(bench.streamed({ parts, finishReason: 'tool-calls' }), ASKED)
      const pieces = events.flatMap(event => (event.type === 'tool-call-delta' ? [event.text] : []))
      assert.deepEqual(pieces, parts[0]?.deltas)
    },
  },
  {
    name: 'tools: a call without arguments has none, when the answer ended as the model wanted',
    needs: ['tools'],
    async run(bench) {
      for (const deltas of [[], [''], ['{}']]) {
        const { toolCalls } = await answered(bench, [{ type: 'tool-call', id: 'call_1', name: 'now', deltas }])
        assert.deepEqual(toolCalls[0]?.arguments, {})
        assert.equal(toolCalls[0].status, undefined)
      }
    },
  },
  {
    name: 'tools: a call that the output limit cut is incomplete, even without arguments',
    needs: ['tools', 'toolCallDeltas'],
    async run(bench) {
      for (const deltas of [[], ['{"city":"Os'], ['{"city":', '"Oslo"}']]) {
        const parts: FixturePart[] = [{ type: 'tool-call', id: 'call_1', name: 'get_weather', deltas }]
        const { completion } = await bench.read(bench.streamed({ parts, finishReason: 'length' }), ASKED)
        assert.equal(completion.toolCalls[0]?.status, 'incomplete')
        assert.deepEqual(completion.toolCalls[0].arguments, {})
        assert.equal(completion.finishReason, 'length')
      }
    },
  },
  {
    name: 'tools: a call that the output limit cut is incomplete in a whole answer too',
    needs: ['tools', 'argumentsText'],
    async run(bench) {
      const parts: FixturePart[] = [{ type: 'tool-call', id: 'call_1', name: 'get_weather', deltas: ['{"city":"Os'] }]
      const { toolCalls } = await bench.both({ parts, finishReason: 'length' }, ASKED)
      assert.equal(toolCalls[0]?.status, 'incomplete')
    },
  },
  {
    name: 'tools: arguments that are no JSON object are marked, with what the model wrote',
    needs: ['tools', 'argumentsText'],
    async run(bench) {
      for (const text of ['{"city": Oslo}', '["Oslo"]', 'null']) {
        const { toolCalls } = await answered(bench, [{ type: 'tool-call', id: 'call_1', name: 'now', deltas: [text] }])
        assert.equal(toolCalls[0]?.status, 'invalid')
        assert.equal(toolCalls[0].argumentsText, text)
        assert.deepEqual(toolCalls[0].arguments, {})
      }
    },
  },
  {
    name: 'tools: calls without ids get some',
    needs: ['tools'],
    async run(bench) {
      const parts = [call(undefined, 'Oslo'), call(undefined, 'Bergen')]
      const answer = { parts, finishReason: 'tool-calls' } as const
      const whole = await bench.serve(bench.whole(answer)).provider.complete(ASKED)
      const { completion: streamed } = await bench.read(bench.streamed(answer), ASKED)
      for (const completion of [whole, streamed]) {
        assert.deepEqual(cities(completion), ['Oslo', 'Bergen'])
        assertDistinctIds(completion)
      }
      if (bench.supports.answerIds)
        assert.deepEqual(whole.toolCalls, streamed.toolCalls, 'the ids come of the id of the answer')
    },
  },
  {
    name: 'tools: calls that share an id stay apart',
    needs: ['tools', 'toolCallIds'],
    async run(bench) {
      const completion = await answered(bench, [call('same', 'Oslo'), call('same', 'Bergen')])
      assert.deepEqual(cities(completion), ['Oslo', 'Bergen'])
      assertDistinctIds(completion)
    },
  },
  {
    name: 'tools: calls and results go back with ids that match and that the host takes',
    needs: ['tools', 'toolCallIds'],
    run: replay,
  },
]

function assertDistinctIds({ toolCalls }: Completion): void {
  const ids = toolCalls.map(part => part.id)
  assert.ok(
    ids.every(id => id !== ''),
    'every call has an id',
  )
  assert.equal(new Set(ids).size, ids.length, 'no two calls have the same id')
}

/** Ids that other hosts made: characters, lengths and likenesses that this one may not take. */
const FOREIGN_IDS = [
  'functions.get_weather:0',
  'functions_get_weather_0',
  'a b/ç',
  `call_${'x'.repeat(80)}1`,
  `call_${'x'.repeat(80)}2`,
]

async function replay(bench: Bench): Promise<void> {
  const messages: Message[] = [
    ...REQUEST.messages,
    {
      role: 'assistant',
      content: FOREIGN_IDS.map(id => ({ type: 'tool-call', id, name: 'get_weather', arguments: { id } })),
    },
    {
      role: 'tool',
      content: FOREIGN_IDS.map(id => ({ type: 'tool-result', toolCallId: id, name: 'get_weather', content: 'rain' })),
    },
  ]
  const { provider, host } = bench.serve(bench.whole())
  await provider.complete({ ...ASKED, messages })
  const ids = bench.fixtures.toolIds?.(JSON.parse(host.requests[0]?.body ?? ''))
  assert.ok(ids !== undefined, 'the fixtures read the tool call ids of a request: see toolIds')
  assert.equal(ids.calls.length, FOREIGN_IDS.length, 'every call goes back')
  assert.deepEqual(ids.results, ids.calls, 'each result has the id of its call')
  assert.equal(new Set(ids.calls).size, FOREIGN_IDS.length, 'no two calls become one')
  const pattern = bench.fixtures.toolIdPattern ?? /^[^]+$/
  for (const id of ids.calls) assert.match(id, pattern)
}
