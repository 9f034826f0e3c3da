import assert from 'node:assert/strict'
import { REQUEST } from './bench.ts'
import type { SuiteCase } from './case.ts'

const LINES = 'Ünïcödé: 日本語, 👩‍👩‍👧, "quotes", \\backslashes\\\n\nand data: lines\r\n'

export const textCases: readonly SuiteCase[] = [
  {
    name: 'text: an answer has its text, ids, model, usage and message',
    async run(bench) {
      const completion = await bench.both()
      assert.equal(completion.text, 'Good day.')
      assert.equal(completion.provider, bench.serve().provider.id)
      assert.equal(completion.model, 'suite-model')
      assert.equal(completion.id, bench.supports.answerIds ? 'answer-1' : '')
      assert.equal(completion.finishReason, 'stop')
      assert.equal(completion.interrupted, undefined)
      assert.deepEqual(completion.message, { role: 'assistant', content: completion.content })
      assert.equal(completion.usage.source, 'reported')
    },
  },
  {
    name: 'text: the characters of every language and of the format itself come through',
    async run(bench) {
      const { text } = await bench.both({ parts: [{ type: 'text', deltas: [...LINES] }] })
      assert.equal(text, LINES)
    },
  },
  {
    name: 'text: a stream gives each delta as it comes',
    async run(bench) {
      const deltas = ['One', ' two', ' three']
      const { events } = await bench.read(bench.streamed({ parts: [{ type: 'text', deltas }] }))
      const told = events.flatMap(event => (event.type === 'text-delta' && event.text !== '' ? [event.text] : []))
      assert.deepEqual(told, deltas)
    },
  },
  {
    name: 'text: an answer without any is an answer all the same',
    async run(bench) {
      const { text, toolCalls } = await bench.both({ parts: [] })
      assert.equal(text, '')
      assert.deepEqual(toolCalls, [])
    },
  },
  {
    name: 'text: a history is plain data, and may be sent again',
    async run(bench) {
      const { message } = await bench.both()
      const history = JSON.parse(JSON.stringify([...REQUEST.messages, message])) as (typeof REQUEST)['messages']
      const { provider, host } = bench.serve(bench.whole())
      await provider.complete({ ...REQUEST, messages: [...history, { role: 'user', content: 'And then?' }] })
      const body = host.requests[0]?.body ?? ''
      assert.ok(body.includes('Good day.'), 'the answer is sent back')
      assert.ok(body.includes('And then?'), 'the new question is sent')
    },
  },
  {
    name: 'text: JSON that was asked for is parsed',
    async run(bench) {
      const parts = [{ type: 'text', deltas: ['{"city":', '"Oslo"}'] }] as const
      const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const
      const { object } = await bench.both({ parts }, { ...REQUEST, output: schema })
      assert.deepEqual(object, { city: 'Oslo' })
    },
  },
]
