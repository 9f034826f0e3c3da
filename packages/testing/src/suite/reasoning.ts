import assert from 'node:assert/strict'
import type { AssistantMessage, Completion } from '@llm/core'
import type { FixturePart } from '../fixtures/wire-fixtures.ts'
import { REQUEST, type Bench } from './bench.ts'
import type { SuiteCase } from './case.ts'

const SIGNATURE = 'c3VpdGUtc2lnbmF0dXJlLTAxMjM0NTY3ODk='
const THOUGHT: FixturePart = { type: 'reasoning', deltas: ['Let me ', 'think.'] }
const SIGNED: FixturePart = { ...THOUGHT, signature: SIGNATURE }
const TEXT: FixturePart = { type: 'text', deltas: ['Forty', '-two.'] }

/** What is sent when a message of the model goes back, and what is said of it. */
async function sendBack(bench: Bench, message: AssistantMessage): Promise<{ body: string; completion: Completion }> {
  const { provider, host } = bench.serve(bench.whole())
  const history = JSON.parse(JSON.stringify([...REQUEST.messages, message])) as (typeof REQUEST)['messages']
  const messages = [...history, { role: 'user', content: 'Why?' }] as const
  const completion = await provider.complete({ ...REQUEST, messages })
  return { body: host.requests[0]?.body ?? '', completion }
}

export const reasoningCases: readonly SuiteCase[] = [
  {
    name: 'reasoning: it is kept apart from the text',
    needs: ['reasoning'],
    async run(bench) {
      const { text, reasoning, content } = await bench.both({ parts: [THOUGHT, TEXT] })
      assert.equal(reasoning, 'Let me think.')
      assert.equal(text, 'Forty-two.')
      assert.deepEqual(
        content.map(part => part.type),
        ['reasoning', 'text'],
      )
    },
  },
  {
    name: 'reasoning: a stream gives each delta as it comes',
    needs: ['reasoning'],
    async run(bench) {
      const { events } = await bench.read(bench.streamed({ parts: [THOUGHT, TEXT] }))
      const told = events.flatMap(event => (event.type === 'reasoning-delta' && event.text !== '' ? [event.text] : []))
      assert.deepEqual(told, THOUGHT.deltas)
    },
  },
  {
    name: 'reasoning: its signature survives JSON and goes back',
    needs: ['reasoning', 'reasoningState'],
    async run(bench) {
      const { message, reasoning } = await bench.both({ parts: [SIGNED, TEXT] })
      assert.equal(reasoning, 'Let me think.')
      const { body, completion } = await sendBack(bench, message)
      assert.ok(body.includes(SIGNATURE), 'the signature is sent back')
      assert.deepEqual(completion.warnings, [])
    },
  },
  {
    name: 'reasoning: a signature without any text is kept and goes back',
    needs: ['reasoningState'],
    async run(bench) {
      const hidden: FixturePart = { type: 'reasoning', deltas: [], signature: SIGNATURE }
      const { message, reasoning } = await bench.both({ parts: [hidden, TEXT] })
      assert.equal(reasoning, '')
      assert.ok((await sendBack(bench, message)).body.includes(SIGNATURE), 'the signature is sent back')
    },
  },
  {
    name: 'reasoning: without a signature it may be in the history all the same',
    needs: ['reasoning'],
    async run(bench) {
      const { message } = await bench.both({ parts: [THOUGHT, TEXT] })
      assert.ok((await sendBack(bench, message)).body.includes('Forty-two.'), 'the text is sent back')
    },
  },
  {
    name: 'reasoning: the state of another host is not sent, and that is said',
    async run(bench) {
      const { body, completion } = await sendBack(bench, {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Hm.', state: { protocol: 'of-another-host', data: { signature: SIGNATURE } } },
          { type: 'text', text: 'Forty-two.', state: { protocol: 'of-another-host', data: { id: SIGNATURE } } },
        ],
      })
      assert.ok(!body.includes(SIGNATURE), 'the foreign state is not sent')
      assert.ok(body.includes('Forty-two.'), 'the text is')
      assert.ok(
        completion.warnings.some(warning => warning.code === 'state-dropped'),
        'there is a warning',
      )
    },
  },
]
