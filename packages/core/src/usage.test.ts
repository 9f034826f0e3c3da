import { describe, expect, test, vi } from 'vitest'
import { isRecord, tryParseJson } from './json.ts'
import { silentLogger } from './logger.ts'
import { contentParts, contentText } from './message.ts'
import { cutBytes } from './testing/cut-bytes.ts'
import { createRandom } from './testing/random.ts'
import { reportedUsage } from './usage.ts'

describe('usage', () => {
  test('has the counts that there are, and sums the total where it is missing', () => {
    expect(
      reportedUsage({ inputTokens: 10, outputTokens: 5, reasoningTokens: null, cacheReadTokens: undefined }),
    ).toEqual({ inputTokens: 10, outputTokens: 5, totalTokens: 15, source: 'reported' })
    expect(reportedUsage({ inputTokens: 10, outputTokens: 5, totalTokens: 99 }).totalTokens).toBe(99)
    expect(reportedUsage({ inputTokens: 0, outputTokens: 0 })).toMatchObject({ inputTokens: 0, totalTokens: 0 })
  })
  test('is not known where it was not said, never 0', () => {
    expect(reportedUsage({ inputTokens: 10, outputTokens: '5', cacheReadTokens: Number.NaN })).toEqual({
      inputTokens: 10,
      source: 'reported',
    })
    expect(reportedUsage({}, { raw: 1 })).toEqual({ raw: { raw: 1 }, source: 'reported' })
  })
})

test('content is parts or text, whichever way it was written', () => {
  const parts = [
    { type: 'text', text: 'a' },
    { type: 'reasoning', text: 'hm' },
    { type: 'text', text: 'b' },
  ] as const
  expect(contentParts('hi')).toEqual([{ type: 'text', text: 'hi' }])
  expect(contentParts('')).toEqual([])
  expect(contentParts(parts)).toBe(parts)
  expect([contentText('hi'), contentText(parts), contentText([])]).toEqual(['hi', 'ab', ''])
})

test('JSON', () => {
  expect([tryParseJson('{"a":1}'), tryParseJson('null'), tryParseJson('{'), tryParseJson('')]).toEqual([
    { a: 1 },
    null,
    undefined,
    undefined,
  ])
  expect([{}, new Map(), [], null, 'x', undefined].map(isRecord)).toEqual([true, true, false, false, false, false])
})

test('the silent logger says nothing', () => {
  const write = vi.spyOn(process.stdout, 'write')
  for (const level of ['debug', 'info', 'warn', 'error'] as const) silentLogger[level]({}, 'x')
  expect(write).not.toHaveBeenCalled()
  write.mockRestore()
})

test('randomness of one seed is the same, and in its bounds', () => {
  const [first, second] = [createRandom(5), createRandom(5)]
  const numbers = Array.from({ length: 200 }, () => first.integer(2, 4))
  expect(numbers).toEqual(Array.from({ length: 200 }, () => second.integer(2, 4)))
  expect(new Set(numbers)).toEqual(new Set([2, 3, 4]))
  expect(['a', 'b']).toContain(first.pick(['a', 'b']))
})

test('cut bytes are the same bytes', () => {
  const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256)
  const pieces = cutBytes(bytes, createRandom(1), 10)
  expect(Buffer.concat(pieces)).toEqual(Buffer.from(bytes))
  expect(pieces.every(({ length }) => length >= 1 && length <= 10)).toBe(true)
})
