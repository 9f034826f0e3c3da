import { expect, test } from 'vitest'
import type { CompletionRequest } from '../completion.ts'
import { estimateTokens, messageWeigher } from './estimate-tokens.ts'

/** Every character is a token, so that what is counted can be counted by hand. */
const tokenizer = (text: string): number => text.length
const ask = (more: Partial<CompletionRequest>): CompletionRequest => ({
  model: 'm',
  messages: [{ role: 'user', content: '' }],
  ...more,
})

test.each<[string, Partial<CompletionRequest>, number]>([
  ['a message', { messages: [{ role: 'user', content: 'abc' }] }, 4 + 3],
  ['an empty one', {}, 4],
  [
    'tools',
    { tools: [{ name: 'f', description: 'ab', parameters: { type: 'object' } }] },
    4 + 'f ab {"type":"object"}'.length,
  ],
  ['a tool without anything', { tools: [{ name: 'f' }] }, 4 + 'f  '.length],
  ['a schema', { output: { type: 'object' } }, 4 + '{"type":"object"}'.length],
  ['JSON without one', { output: 'json' }, 4],
  [
    'all that an answer holds',
    {
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'ab' },
            { type: 'text', text: 'c' },
            { type: 'tool-call', id: 'i', name: 'f', arguments: { x: 1 } },
            { type: 'source', url: 'https://a' },
          ],
        },
        { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'i', content: 'de' }] },
      ],
    },
    4 + 2 + 1 + 'f {"x":1}'.length + 4 + 2,
  ],
])('%s', async (_name, request, inputTokens) => {
  expect(await estimateTokens(ask(request), { tokenizer })).toEqual({
    inputTokens,
    source: 'tokenizer',
    errorBound: 0.05,
  })
})

test('images and files are guessed, and the bound says so', async () => {
  const content = [
    { type: 'image', source: { url: 'https://a/b.png' } },
    { type: 'image', source: { url: 'https://a/b.png' }, detail: 'low' },
    { type: 'file', source: { fileId: 'f' } },
  ] as const
  const counted = await estimateTokens(ask({ messages: [{ role: 'user', content }] }), { tokenizer })
  expect(counted).toEqual({ inputTokens: 4 + 1000 + 85 + 1000, source: 'tokenizer', errorBound: 0.6 })
})

test('without a tokenizer a rule of thumb is near what tokenizers count', async () => {
  // 20 tokens in the encodings cl100k_base and o200k_base.
  const text = 'The quick brown fox jumps over the lazy dog, and then it runs back home again twice.'
  const {
    inputTokens,
    source,
    errorBound = 0,
  } = await estimateTokens(ask({ messages: [{ role: 'user', content: text }] }))
  expect(source).toBe('heuristic')
  expect(Math.abs(inputTokens - 4 - 20) / 20).toBeLessThan(errorBound)
})

test('single messages can be weighed', async () => {
  const weigh = await messageWeigher({ tokenizer })
  expect(weigh({ role: 'user', content: 'abc' })).toBe(7)
  expect((await messageWeigher())({ role: 'user', content: 'Hello there' })).toBeGreaterThan(4)
})
