import assert from 'node:assert/strict'
import type { Completion } from '@llm/core'
import type { Random } from '@llm/core/testing'
import type { FixtureAnswer, FixturePart } from '../fixtures/wire-fixtures.ts'
import type { FullSupports } from './supports.ts'

const BITS = [
  'a',
  ' ',
  'Zürich',
  '\n',
  '"',
  '\\',
  '日本',
  '👩‍👩‍👧',
  '{',
  '}',
  'data: ',
  '[DONE]',
  '<p>',
  '\t',
  'ß',
  '0',
  '\u2028',
]

/** An answer of the parts that a host can give, in the order in which every format can say them. */
export function randomAnswer(random: Random, supports: FullSupports): Partial<FixtureAnswer> {
  const parts: FixturePart[] = []
  if (supports.reasoning && random.next() < 0.5) parts.push({ type: 'reasoning', deltas: texts(random) })
  if (random.next() < 0.8) parts.push({ type: 'text', deltas: texts(random) })
  const calls = supports.tools ? random.integer(0, 3) : 0
  for (let index = 0; index < calls; index++) parts.push(call(random, index))
  const usage = { inputTokens: random.integer(1, 1e6), outputTokens: random.integer(1, 1e6) }
  return {
    parts,
    finishReason: calls > 0 ? 'tool-calls' : random.pick(['stop', 'length'] as const),
    ...(random.next() < 0.8 && { usage }),
    interleaved: supports.interleavedToolCalls && calls === parts.length && random.next() < 0.5,
  }
}

/** What came out is what was put in. */
export function checkAnswer(
  { text, reasoning, toolCalls, finishReason }: Completion,
  answer: Partial<FixtureAnswer>,
): void {
  const { parts = [] } = answer
  const joined = (type: FixturePart['type']): readonly string[] =>
    parts.flatMap(part => (part.type === type && 'deltas' in part ? [part.deltas.join('')] : []))
  assert.equal(text, joined('text').join(''))
  assert.equal(reasoning, joined('reasoning').join(''))
  assert.deepEqual(
    toolCalls.map(part => part.arguments),
    joined('tool-call').map(json => JSON.parse(json) as unknown),
  )
  assert.equal(finishReason, answer.finishReason)
}

/** No empty piece: a host that has nothing to say says nothing. */
function texts(random: Random): readonly string[] {
  return Array.from({ length: random.integer(1, 6) }, () => word(random))
}

function word(random: Random): string {
  return Array.from({ length: random.integer(1, 8) }, () => random.pick(BITS)).join('')
}

function call(random: Random, index: number): FixturePart {
  const args = { text: word(random), number: random.integer(-5, 5), list: [word(random), null], deep: { yes: true } }
  const json = JSON.stringify(args)
  const deltas: string[] = []
  for (let start = 0; start < json.length;) {
    const end = start + random.integer(1, 20)
    deltas.push(json.slice(start, end))
    start = end
  }
  return { type: 'tool-call', id: `call_${String(index)}`, name: 'some_tool', deltas }
}
