import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CompletionAccumulator } from './accumulator.ts'
import type { CompletionEvent } from './events.ts'
import { splitReasoning } from './split-reasoning.ts'

const TAGS = { open: '<think>', close: '</think>' }
const FINISH: CompletionEvent = { type: 'finish', finishReason: 'stop' }
const text = (value: string, block?: string): CompletionEvent => ({ type: 'text-delta', text: value, block })

function split(events: readonly CompletionEvent[]): readonly CompletionEvent[] {
  const emitted: CompletionEvent[] = []
  const push = splitReasoning(TAGS, event => emitted.push(event))
  events.forEach(push)
  return emitted
}

/** What a reader gets in the end of an answer that came in these pieces. */
function read(...pieces: readonly string[]) {
  const accumulator = new CompletionAccumulator()
  for (const event of split([...pieces.map(piece => text(piece)), FINISH])) accumulator.push(event)
  const { reasoning, text: answer, content } = accumulator.snapshot()
  return { reasoning, answer, parts: content.map(({ type }) => type).join() }
}

describe('tagged text', () => {
  test.each<[name: string, whole: string, reasoning: string, answer: string]>([
    ['reasoning and an answer', '<think>\nTwo twos.\n</think>\n\nFour.', 'Two twos.', 'Four.'],
    ['white space before the tag', '\n <think>a</think>b', 'a', 'b'],
    ['paragraphs, which keep their white space', '<think>a\n\n b</think>c\n\nd', 'a\n\n b', 'c\n\nd'],
    ['nothing between the tags', '<think>\n\n</think>\n\nb', '', 'b'],
    ['an answer that was cut off while thinking', '<think>a and b', 'a and b', ''],
    ['an answer that was cut off in a tag', '<think>a</thi', 'a</thi', ''],
    ['a part of the opening tag', '<thi', '', '<thi'],
    ['no tags', 'Four.', '', 'Four.'],
    ['tags that the answer speaks of', 'Write <think>a</think>.', '', 'Write <think>a</think>.'],
    ['a second pair, which is text', '<think>a</think>b <think>c</think>', 'a', 'b <think>c</think>'],
    ['a closing tag alone', 'a</think>b', '', 'a</think>b'],
    ['something like the closing tag', '<think>a </thin b</think>c', 'a </thin b', 'c'],
  ])('%s', (...[, whole, reasoning, answer]) => {
    expect(read(whole)).toMatchObject({ reasoning, answer })
    expect(read(...whole)).toEqual(read(whole))
  })

  test('comes out the same wherever the deltas cut it, each kind as one part', () => {
    const piece = fc.constantFrom('<think>', '</think>', '<', '/', 'think', '>', ' ', '\n', 'a', 'b c')
    fc.assert(
      fc.property(fc.array(piece), fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (pieces, lengths) => {
        const whole = pieces.join('')
        const cut: string[] = []
        for (let at = 0; at < whole.length; at += cut.at(-1)?.length ?? 1) {
          cut.push(whole.slice(at, at + Number(lengths.next().value)))
        }
        expect(read(...cut)).toEqual(read(whole))
        expect(read(whole).parts).toMatch(/^(?:reasoning)?,?(?:text)?$/)
      }),
      { numRuns: 2000 },
    )
  })

  test('is read as the whole text is by a pattern', () => {
    const word = fc.constantFrom('a', 'b', ' c', '\n')
    fc.assert(
      fc.property(fc.array(word), fc.array(word), (thoughts, answer) => {
        const whole = `<think>${thoughts.join('')}</think>${answer.join('')}`
        const [, reasoning, rest] = /^<think>\s*([\s\S]*?)\s*<\/think>\s*([\s\S]*)$/.exec(whole) ?? []
        expect(read(...whole)).toMatchObject({ reasoning, answer: rest })
      }),
    )
  })
})

describe('other events', () => {
  test('keep their places, and release what was held', () => {
    const call: CompletionEvent = { type: 'tool-call-start', id: 'c', name: 'now' }
    expect(split([text('<think>a '), call, text('b</think>c')])).toEqual([
      { type: 'reasoning-delta', text: 'a' },
      { type: 'reasoning-delta', text: ' ' },
      call,
      { type: 'reasoning-delta', text: 'b' },
      { type: 'text-delta', text: 'c' },
    ])
  })

  test('between two deltas of one text do not part a tag', () => {
    const usage: CompletionEvent = { type: 'usage', usage: { source: 'reported' } }
    expect(split([text('<thi'), usage, text('nk>a</think>b')])).toEqual([
      usage,
      { type: 'reasoning-delta', text: 'a' },
      { type: 'text-delta', text: 'b' },
    ])
  })

  test('a delta says what it said of its block', () => {
    expect(split([text('<think>a</think>b', 'm'), text('c', 'm')])).toEqual([
      { type: 'reasoning-delta', text: 'a', block: 'm' },
      { type: 'text-delta', text: 'b', block: 'm' },
      { type: 'text-delta', text: 'c', block: 'm' },
    ])
  })
})
