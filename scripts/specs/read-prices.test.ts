import { expect, test } from 'vitest'
import { priceRows } from './read-prices.ts'

const facts = { source: 'prices', contextWindow: undefined, search: false }

test('takes the exact names that a price is for, and the facts of its group', () => {
  const match = {
    or: [{ equals: 'gpt-4.1' }, { starts_with: 'gpt-4.1-2025' }, { contains: '4.1' }, { starts_with: 'gpt-' }],
  }
  const prices = { input_mtok: 1, web_searches_kcount: 10 }
  const known = { ...facts, host: 'openai', contextWindow: 1000, search: true }
  expect(priceRows('openai', { id: 'group', match, context_window: 1000, prices })).toEqual([
    { ...known, id: 'group', factsOnly: true },
    { ...known, id: 'gpt-4.1' },
    { ...known, id: 'gpt-4.1-2025' },
  ])
})

test('reads the latest of several prices', () => {
  const prices = [{ prices: { input_mtok: 1 } }, { prices: { web_searches_kcount: 10 } }]
  expect(priceRows('openai', { id: 'm', match: {}, prices })).toMatchObject([{ search: true }])
})

test.each([
  ['bedrock', 'regional.meta.llama3-8b', { contains: 'llama' }, [{ host: 'bedrock', id: 'meta.llama3-8b' }]],
  ['openai', 'g', { equals: 'gpt-35-turbo' }, [{ id: 'g' }, { host: 'azure', id: 'gpt-35-turbo' }]],
  ['google', 'g', { equals: 'gemini-2.5-pro-tts' }, [{ id: 'g' }, { host: 'vertex', id: 'gemini-2.5-pro-tts' }]],
  ['anthropic', 'g', { equals: 'claude-4-opus' }, [{ id: 'g', factsOnly: true }]],
  ['deepseek', 'g', { equals: 'deepseek-r1-0528' }, [{ id: 'g', factsOnly: true }]],
])('knows that names of %s are not what they seem', (...[host, id, match, rows]) => {
  expect(priceRows(host, { id, match, prices: {} })).toMatchObject(rows)
})

test('does not believe a window of a round million at Google', () => {
  const window = (host: string) => priceRows(host, { id: 'm', match: {}, context_window: 1_000_000, prices: {} })[0]
  expect([window('google')?.contextWindow, window('openai')?.contextWindow]).toEqual([undefined, 1_000_000])
})
