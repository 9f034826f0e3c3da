import { describe, expect, test } from 'vitest'
import { AbortedError } from '../../errors/aborted-error.ts'
import { attachAttempts } from '../../errors/llm-error.ts'
import { ServerError } from '../../errors/server-error.ts'
import { estimateCall, usedTokens } from './call-tokens.ts'

const call = (operation: string, request: object) => ({ operation, provider: 'p', request })
const reported = (inputTokens: number, outputTokens: number) => ({
  inputTokens,
  outputTokens,
  source: 'reported' as const,
})

describe('an estimate', () => {
  test('counts a message, four characters to a token, and the longest answer', () => {
    const request = { model: 'm', messages: [{ role: 'user', content: 'x'.repeat(40) }] }
    expect(estimateCall(call('complete', request), 70)).toEqual({ input: 4 + 10, output: 70 })
    expect(estimateCall(call('stream', { ...request, maxTokens: 9 }), 70)).toEqual({ input: 14, output: 9 })
  })

  test('finds the texts of the other operations', () => {
    const text = 'x'.repeat(8)
    expect(estimateCall(call('embed', { input: [text, text] }), 70)).toEqual({ input: 4, output: 0 })
    expect(estimateCall(call('rerank', { query: text, documents: [text] }), 70)).toEqual({ input: 4, output: 0 })
    expect(estimateCall(call('moderate', { input: [{ type: 'text', text }, { type: 'image' }] }), 70).input).toBe(2)
    expect(estimateCall(call('completeCode', { prefix: text, suffix: text }), 70)).toEqual({ input: 4, output: 70 })
    expect(estimateCall(call('generateSpeech', { text }), 70)).toEqual({ input: 2, output: 0 })
  })
})

describe('what was used', () => {
  const guess = { input: 10, output: 100 }

  test('is what the host reported, failed tries included', () => {
    expect(usedTokens({ result: { usage: reported(7, 3) } }, guess)).toEqual({ input: 7, output: 3 })
    expect(usedTokens({ result: { usage: { totalTokens: 7, source: 'reported' } } }, guess)).toEqual({
      input: 7,
      output: 0,
    })
    const attempts = [
      { provider: 'p', model: 'm', ms: 1, error: 'server', usage: reported(5, 1) },
      { provider: 'p', model: 'm', ms: 1, usage: reported(7, 3) },
    ]
    expect(usedTokens({ result: { usage: reported(7, 3), attempts } }, guess)).toEqual({ input: 12, output: 4 })
    const error = new ServerError({ message: 'no' })
    attachAttempts(error, attempts.slice(0, 1))
    expect(usedTokens({ error }, guess)).toEqual({ input: 5, output: 1 })
  })

  test('is guessed from what arrived where nobody reported it', () => {
    expect(usedTokens({ result: { text: 'x'.repeat(20), reasoning: 'y'.repeat(4) } }, guess)).toEqual({
      input: 10,
      output: 6,
    })
    const cut = { text: 'x'.repeat(20), interrupted: true as const }
    expect(usedTokens({ result: cut }, guess)).toEqual({ input: 10, output: 5 })
    // A host that reports its input first and its output last.
    expect(usedTokens({ result: { ...cut, usage: reported(8, 1) } }, guess)).toEqual({ input: 8, output: 5 })
    expect(usedTokens({ result: { interrupted: true } }, guess)).toEqual({ input: 10, output: 0 })
  })

  test('of a call that failed is nothing, unless the host may have gone on', () => {
    expect(usedTokens({ error: new ServerError({ message: 'no' }) }, guess)).toEqual({ input: 0, output: 0 })
    expect(usedTokens({ error: new AbortedError({ message: 'no' }) }, guess)).toEqual(guess)
  })
})
