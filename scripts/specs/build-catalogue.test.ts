import { expect, test } from 'vitest'
import { buildCatalogue } from './build-catalogue.ts'
import { families, type Family } from './families.ts'
import type { Row } from './row.ts'

const family = (name: string): Family => families.find(known => known.name === name) as Family
const model = (host: string, id: string, facts: Partial<Row> = {}): Row => ({ source: 'models', host, id, ...facts })
const price = (host: string, id: string, facts: Partial<Row> = {}): Row => ({ source: 'prices', host, id, ...facts })

test('makes one entry of what all hosts say, whatever the order of the rows', () => {
  const levels = { off: null, minimal: null, low: 'low', medium: 'medium', high: 'high', xhigh: null, max: 'max' }
  const rows = [
    model('openrouter', 'anthropic/claude-opus-4.8', {
      contextWindow: 500,
      maxOutputTokens: 70,
      reasoning: true,
      levels,
    }),
    model('anthropic', 'claude-opus-4-8', {
      contextWindow: 1000,
      maxOutputTokens: 60,
      reasoning: true,
      levels: { max: 'max' },
    }),
    model('bedrock', 'us.anthropic.claude-opus-4-8'),
    model('bedrock', 'global.anthropic.claude-opus-4-8'),
    model('bedrock', 'anthropic.claude-opus-4-8'),
    price('bedrock', 'global.anthropic.claude-opus-4-8-v1:0'),
    price('anthropic', 'claude-opus-4-8', { search: true, factsOnly: true }),
    model('openrouter', 'anthropic/claude-opus-4.8:batch'),
    model('groq', 'llama-3.3-70b-versatile'),
  ]
  const expected = {
    'claude-opus-4-8': {
      contextWindow: 1000,
      maxOutputTokens: 60,
      input: ['text', 'image'],
      reasoning: true,
      effort: ['low', 'medium', 'high', 'max'],
      search: true,
      hosts: {
        anthropic: 'claude-opus-4-8',
        bedrock: 'global.anthropic.claude-opus-4-8',
        openrouter: 'anthropic/claude-opus-4.8',
      },
      aliases: ['anthropic.claude-opus-4-8', 'us.anthropic.claude-opus-4-8'],
    },
  }
  expect(buildCatalogue(family('claude'), rows)).toEqual(expected)
  expect(JSON.stringify(buildCatalogue(family('claude'), rows.toReversed()))).toBe(JSON.stringify(expected))
})

test('takes a larger limit from a gateway only where the family says so', () => {
  const limits = (name: string, maker: Row, gateway: Row) => {
    const [entry] = Object.values(buildCatalogue(family(name), [maker, gateway]))
    return [entry?.contextWindow, entry?.maxOutputTokens]
  }
  const short = { contextWindow: 272, maxOutputTokens: 100 }
  const long = { contextWindow: 1050, maxOutputTokens: 128 }
  expect(limits('gpt', model('openai', 'gpt-5.5', short), model('openrouter', 'openai/gpt-5.5', long))).toEqual([
    1050, 128,
  ])
  expect(
    limits('gemini', model('google', 'gemini-3.6-flash', short), model('openrouter', 'google/gemini-3.6-flash', long)),
  ).toEqual([272, 100])
})

test('does not believe an answer that is a round share of the window, nor a limit of Mistral', () => {
  const derived = model('openrouter', 'deepseek/deepseek-v3.2', { contextWindow: 1000, maxOutputTokens: 900 })
  const stated = model('together', 'deepseek-ai/DeepSeek-V3.2', { contextWindow: 800, maxOutputTokens: 300 })
  const { 'deepseek-v3.2': deepseek } = buildCatalogue(family('deepseek'), [derived, stated])
  expect([deepseek?.contextWindow, deepseek?.maxOutputTokens]).toEqual([1000, 300])
  const codestral = model('mistral', 'codestral-2508', { contextWindow: 256, maxOutputTokens: 4 })
  expect(buildCatalogue(family('mixtral'), [codestral])['codestral-2508']?.maxOutputTokens).toBe(256)
})

test('uses names of the price list where no host lists the model', () => {
  const rows = [
    price('groq', 'llama-3.1-70b-versatile', { contextWindow: 131 }),
    price('openrouter', 'meta-llama/llama-3.1-70b-instruct', { contextWindow: 100 }),
    price('openrouter', 'group-of-models', { factsOnly: true }),
  ]
  expect(buildCatalogue(family('llama'), rows)).toEqual({
    'llama-3.1-70b-instruct': {
      contextWindow: 131,
      input: ['text'],
      hosts: { groq: 'llama-3.1-70b-versatile', openrouter: 'meta-llama/llama-3.1-70b-instruct' },
    },
  })
})

test('knows where thinking can be turned off', () => {
  const effort = (off: string | null | undefined) => {
    const levels = { off, minimal: null, low: 'low', medium: null, high: 'high', xhigh: undefined, max: 'max' }
    const row = model('deepseek', 'deepseek-v4-pro', { contextWindow: 1, reasoning: true, levels })
    return buildCatalogue(family('deepseek'), [row])['deepseek-v4-pro']?.effort
  }
  expect(effort('none')).toEqual(['none', 'low', 'high', 'max'])
  expect(effort(undefined)).toEqual(['none', 'low', 'high', 'max'])
  expect(effort(null)).toEqual(['low', 'high', 'max'])
})

test('has other hosts serve a moving name of the maker by the newest dated model', () => {
  const rows = [
    model('mistral', 'mistral-small-latest'),
    model('mistral', 'mistral-small-2506'),
    model('openrouter', 'mistralai/mistral-small-3.2-24b-instruct'),
    model('openrouter', 'mistralai/mistral-small-2603'),
  ]
  expect(buildCatalogue(family('mixtral'), rows)['mistral-small-latest']?.hosts).toEqual({
    mistral: 'mistral-small-latest',
    openrouter: 'mistralai/mistral-small-2603',
  })
})

test('says what embeddings, images and sound are', () => {
  const rows = [
    price('openai', 'text-embedding-3-small'),
    price('openai', 'gpt-image-2'),
    model('openrouter', 'openai/gpt-audio', { contextWindow: 128, maxOutputTokens: 16 }),
  ]
  const made = Object.entries(buildCatalogue(family('gpt'), rows)).map(([id, { input, output }]) => [id, input, output])
  expect(made).toEqual([
    ['gpt-audio', ['text', 'audio'], ['text', 'audio']],
    ['gpt-image-2', ['text', 'image'], ['image']],
    ['text-embedding-3-small', ['text'], ['embedding']],
  ])
})

test('takes the price of the maker, whatever others ask', () => {
  const rows = [
    model('openrouter', 'openai/gpt-5.5', { price: { input: 9, output: 9 } }),
    model('openai', 'gpt-5.5', { price: { input: 2, output: 8 } }),
  ]
  expect(buildCatalogue(family('gpt'), rows)['gpt-5.5']?.price).toEqual({ input: 2, output: 8 })
  expect(buildCatalogue(family('gpt'), rows.slice(0, 1))['gpt-5.5']).not.toHaveProperty('price')
})
