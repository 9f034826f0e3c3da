import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockText, redactText } from './pattern-guards.ts'
import { guardText, GuardedText, type TextGuard } from './text-guard.ts'

const context = { side: 'output', call: { operation: 'complete', provider: 'p', request: {} } } as const

/** What comes out of a text that arrives in pieces. */
async function inPieces(
  text: string,
  cuts: readonly number[],
  guards: readonly TextGuard[],
): Promise<readonly string[]> {
  const guarded = new GuardedText(guards, context)
  const ends = [...cuts.map(cut => cut % (text.length + 1)), text.length].sort((a, b) => a - b)
  const pieces = ends.map((end, index) => guarded.push(text.slice(ends[index - 1] ?? 0, end)))
  return [...pieces, await guarded.end()]
}

const cuts = fc.array(fc.nat(500), { maxLength: 30 })
/** Texts in which the patterns below are likely, and likely to be cut. */
const texts = fc
  .array(fc.constantFrom('a', 'b', '1', '2', '-', '@', ' ', '.', '\n', '😀', 'ab', 'a@b.', '12-34', 'secret', 'sec'), {
    maxLength: 120,
  })
  .map(parts => parts.join(''))
/** Of at most 12 characters, looking around included. */
const patterns = fc.constantFrom(
  /secret/,
  /[ab]{1,5}@[ab]{1,5}\.?/i,
  /\d{1,4}(?:-\d{1,4})?/,
  /\b[ab]{2,4}\b/,
  /(?<=a)\d(?!2)/,
  /^[ab]/m,
  /😀{1,3}/u,
  /./su,
  /(?:)/,
  /(?=b)|a/,
)

describe('a stream', () => {
  test('gives what the whole text gives, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(texts, cuts, patterns, async (text, places, pattern) => {
        const redacted = redactText(pattern, { window: 12, replacement: match => `<${String(match.length)}>` })
        const every = new RegExp(pattern.source, `${pattern.flags}g`)
        const whole = text.replace(every, match => (match === '' ? '' : `<${String(match.length)}>`))
        expect((await inPieces(text, places, [redacted])).join('')).toBe(whole)
        expect(await guardText(text, [redacted], context)).toBe(whole)
      }),
      { numRuns: 1000 },
    )
  })

  test('through several guards gives what the whole text gives, functions of whole texts among them', async () => {
    const guards: TextGuard[] = [
      redactText(/secret/, { window: 6, replacement: 'a@b.' }),
      text => text.replaceAll('b', 'ab'),
      redactText(/a@a/, { window: 3 }),
    ]
    await fc.assert(
      fc.asyncProperty(texts, cuts, async (text, places) => {
        const whole = text.replaceAll('secret', 'a@b.').replaceAll('b', 'ab').replaceAll('a@a', '[redacted]')
        expect((await inPieces(text, places, guards)).join('')).toBe(whole)
      }),
    )
  })

  test('is held back by no more than its window', async () => {
    const text = 'x'.repeat(1000)
    const pieces = await inPieces(text, [100, 500], [redactText(/y/, { window: 30 })])
    expect(pieces.map(piece => piece.length)).toEqual([70, 400, 500, 30])
  })

  test('passes nothing on of what is refused', async () => {
    const refusing = blockText(/secret plan/, { window: 20, message: 'No.' })
    const guarded = new GuardedText([refusing], context)
    let passed = guarded.push('This is a long enough text with a sec')
    passed += guarded.push('ret pl')
    expect(() => guarded.push('an and what comes after it is long')).toThrow('No.')
    expect(passed).toBe('This is a long enough t')
  })
})

test('an option that does not exist is refused', () => {
  expect(() => redactText(/a/, { windw: 10 } as never)).toThrow(/windw/)
  expect(() => blockText(/a/, { window: 0 })).toThrow(/window/)
})

test('a pattern with a state of its own is not changed', async () => {
  const pattern = /a/gy
  pattern.lastIndex = 3
  expect(await guardText('bab', [redactText(pattern, { replacement: '-' })], context)).toBe('b-b')
  expect(pattern.lastIndex).toBe(3)
})

test('a refusal says which side, and a guard that fails refuses', async () => {
  const error = guardText('x', [blockText(/x/)], { ...context, side: 'input' })
  await expect(error).rejects.toMatchObject({
    code: 'content_filter',
    message: 'A guard refused the input.',
    retryable: false,
  })
  const failing: TextGuard = () => Promise.reject(new TypeError('oops'))
  await expect(guardText('x', [failing], context)).rejects.toMatchObject({
    code: 'content_filter',
    message: 'A guard failed, so the output was not passed on.',
    cause: { message: 'oops' },
  })
})
