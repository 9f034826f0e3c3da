import type { ModelSpec } from '@llm/core'
import { describe, expect, test } from 'vitest'
import { loadTokenizer } from './tokenizer.ts'

const spec = (id: string): ModelSpec => ({
  id,
  family: 'gpt',
  input: ['text'],
  output: ['text'],
  capabilities: {},
  parameters: {},
})

describe('tokens', () => {
  // Counted with tiktoken: cl100k_base for the older models, o200k_base since GPT-4o.
  test.each([
    ['gpt-3.5-turbo', 'tiktoken is great!', 6],
    ['gpt-4', 'antidisestablishmentarianism', 6],
    ['gpt-4o', 'tiktoken is great!', 6],
    ['gpt-4o', 'antidisestablishmentarianism', 6],
    ['gpt-3.5-turbo', 'お誕生日おめでとう', 9],
    ['gpt-4o', 'お誕生日おめでとう', 8],
    ['gpt-99', 'お誕生日おめでとう', 8],
  ])('%s: %s', async (id, text, tokens) => {
    const count = await loadTokenizer(spec(id))
    expect(count(text)).toBe(tokens)
  })

  test('of a control token are those of its text', async () => {
    const count = await loadTokenizer(spec('gpt-4o'))
    expect(count('<|endoftext|>')).toBeGreaterThan(1)
  })

  test('of a text without any break are counted in pieces, and nearly exact', async () => {
    const count = await loadTokenizer(spec('gpt-4o'))
    const whole = 'a'.repeat(12_000)
    // Eight letters a token, as in `a`.repeat(800), which is counted at once.
    expect(Math.abs(count(whole) - 15 * count('a'.repeat(800)))).toBeLessThan(20)
    // A token a word, and one for the space at the end.
    expect(count('word '.repeat(3000))).toBe(3001)
  })
})
