import { exchangesOf, loadCassettes, replayFetch } from '@llm/testing'
import { describe, expect, test } from 'vitest'
import { anthropic } from './anthropic.ts'

const folder = process.env['LLM_RECORDINGS']
const cassettes = folder === undefined ? [] : await loadCassettes(`${folder}/anthropic`)

test('a count takes what a request has, but for what has no part in it', async () => {
  const bodies: unknown[] = []
  const provider = anthropic({
    apiKey: 'sk-ant-test',
    fetch: async (input, init) => {
      bodies.push(await new Request(input, init).json())
      return Response.json({ input_tokens: 42 })
    },
  })
  const count = await provider.countTokens({
    model: 'claude-x',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ],
    maxTokens: 10,
    stop: ['END'],
    tools: [{ name: 'now' }],
    reasoning: { effort: 'low' },
    providerOptions: { anthropic: { userId: 'u', serviceTier: 'auto', cache: 'auto' } },
  })
  expect(count).toEqual({ inputTokens: 42, source: 'provider' })
  expect(bodies).toEqual([
    {
      model: 'claude-x',
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      tools: [{ name: 'now', input_schema: { type: 'object', properties: {} } }],
      thinking: { type: 'adaptive' },
      output_config: { effort: 'low' },
      cache_control: { type: 'ephemeral' },
    },
  ])
})

describe.skipIf(folder === undefined)('recorded traffic (LLM_RECORDINGS)', () => {
  const counts = exchangesOf(cassettes, { provider: 'anthropic', api: 'count_tokens' })

  test('is all there', () => {
    expect(counts).toHaveLength(4)
  })

  test.each(counts)('$name', async exchange => {
    const { fetch, requests } = replayFetch([exchange])
    const provider = anthropic({ apiKey: 'sk-ant-test', apiVersion: '2023-06-01', fetch })
    const { inputTokens } = await provider.countTokens({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
    expect(inputTokens).toBe((exchange.response.json as { input_tokens: number }).input_tokens)
    expect(requests[0]?.url).toBe(exchange.request.url)
  })
})
