import assert from 'node:assert/strict'
import { createRandom } from '@llm/core/testing'
import type { FixtureAnswer, FixturePart } from '../fixtures/wire-fixtures.ts'
import { REQUEST, type Bench } from './bench.ts'
import type { SuiteCase } from './case.ts'
import { comparable } from './checks.ts'
import { checkAnswer, randomAnswer } from './random-answer.ts'

const ANSWERS = 25
const SEEDS = [1, 2, 3, 4, 5]

/** An answer with everything that the host's format can say. */
function rich({ supports }: Bench): Partial<FixtureAnswer> {
  const thought: FixturePart = { type: 'reasoning', deltas: ['Hm, ', 'ja: ✓'] }
  const calls = ['Oslo', 'Bodø 👩‍👩‍👧'].map((city, index): FixturePart => ({
    type: 'tool-call',
    id: `call_${String(index)}`,
    name: 'get_weather',
    deltas: ['{"city":', JSON.stringify(city), '}'],
  }))
  return {
    parts: [
      ...(supports.reasoning ? [thought] : []),
      { type: 'text', deltas: ['Grüße, ', '日本語 ', 'и 👩‍👩‍👧.'] },
      ...(supports.tools ? calls : []),
    ],
    finishReason: supports.tools ? 'tool-calls' : 'stop',
  }
}

/** What the network does to an answer must not change it. */
export const byteCases: readonly SuiteCase[] = [
  {
    name: 'bytes: an answer is the same wherever its bytes are cut',
    async run(bench) {
      const expected = comparable(await bench.both(rich(bench)))
      for (const seed of SEEDS) {
        const { completion } = await bench.read({ ...bench.streamed(rich(bench)), seed })
        assert.deepEqual(comparable(completion), expected, `streamed, seed ${seed}`)
        const whole = await bench.serve({ ...bench.whole(rich(bench)), seed }).provider.complete(REQUEST)
        assert.deepEqual(comparable(whole), expected, `whole, seed ${seed}`)
      }
    },
  },
  {
    name: 'bytes: an answer that comes in one piece is the same',
    async run(bench) {
      const { pieces, ...reply } = bench.streamed(rich(bench))
      const joined = new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer())
      const { completion } = await bench.read({ ...reply, pieces: [joined] })
      assert.deepEqual(comparable(completion), comparable(await bench.both(rich(bench))))
    },
  },
  {
    name: 'bytes: events may have CRLF, comments, a plain content type and no last blank line',
    async run(bench) {
      const { pieces } = bench.streamed(rich(bench))
      if (pieces.some(piece => typeof piece !== 'string')) return
      const expected = comparable(await bench.both(rich(bench)))
      const odd = [
        pieces.map(piece => String(piece).replaceAll('\n', '\r\n')),
        pieces.flatMap(piece => [': PROCESSING\n\n', piece]),
        pieces.map(piece => String(piece).replaceAll(/^data: /gm, 'data:')),
        [...pieces.slice(0, -1), String(pieces.at(-1)).trimEnd()],
      ]
      for (const [index, form] of odd.entries()) {
        const { completion } = await bench.read({ pieces: form, headers: { 'content-type': 'text/plain' }, seed: 7 })
        assert.deepEqual(comparable(completion), expected, `form ${index}`)
      }
    },
  },
  {
    name: 'bytes: made-up answers come out as they were made, whole and streamed',
    async run(bench) {
      for (let seed = 1; seed <= ANSWERS; seed++) {
        const answer = randomAnswer(createRandom(seed), bench.supports)
        const completion = await bench.both(answer)
        checkAnswer(completion, answer)
        const { completion: cut } = await bench.read({ ...bench.streamed(answer), seed })
        assert.deepEqual(comparable(cut), comparable(completion), `seed ${seed}`)
      }
    },
  },
  {
    name: 'bytes: streams that run at once do not mix',
    async run(bench) {
      const texts = ['Alpha', 'Beta', 'Gamma']
      const replies = texts.map(text => bench.streamed({ parts: [{ type: 'text', deltas: [...text] }] }))
      const { provider } = bench.serve(...replies)
      const completions = await Promise.all(texts.map(() => provider.stream(REQUEST).completion()))
      assert.deepEqual(completions.map(({ text }) => text).toSorted(), texts)
    },
  },
]
