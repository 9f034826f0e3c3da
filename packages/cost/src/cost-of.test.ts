import { findProvider } from '@pydantic/genai-prices'
import { describe, expect, it } from 'vitest'
import type { Usage } from '@llm/core'
import { costOf, type CostOptions } from './cost-of.ts'
import type { Price } from './price.ts'

const usage = (counts: Omit<Usage, 'source'>): Usage => ({ ...counts, source: 'reported' })

/** Dollars for a call at a price that the test gives. */
async function dollars(counts: Omit<Usage, 'source'>, price: Price, more: Partial<CostOptions> = {}) {
  const options = { provider: 'here', model: 'm', prices: { here: { m: price } }, ...more }
  const { cost, warnings } = await costOf(usage(counts), options)
  expect(warnings).toEqual([])
  expect(cost?.source).toBe('override')
  return cost?.total
}

/** What the price list says of a model, read apart from the code under test. */
function listed(provider: string, model: string): Record<string, number> {
  const prices = findProvider({ providerId: provider })?.models.find(({ id }) => id === model)?.prices
  return prices as unknown as Record<string, number>
}

describe('costOf by own prices', () => {
  it('adds up every kind of token at its own price', async () => {
    const counts = {
      inputTokens: 1_000_000,
      cacheReadTokens: 200_000,
      cacheWriteTokens: 100_000,
      inputAudioTokens: 50_000,
      inputImageTokens: 40_000,
      outputTokens: 500_000,
      reasoningTokens: 100_000,
      outputAudioTokens: 60_000,
      outputImageTokens: 30_000,
    }
    const price = {
      input: 1,
      cacheRead: 0.1,
      cacheWrite: 1.25,
      inputAudio: 10,
      inputImage: 3,
      output: 4,
      reasoning: 5,
      outputAudio: 20,
      outputImage: 30,
    }
    const input = 0.61 * 1 + 0.2 * 0.1 + 0.1 * 1.25 + 0.05 * 10 + 0.04 * 3
    const output = 0.31 * 4 + 0.1 * 5 + 0.06 * 20 + 0.03 * 30
    expect(await dollars(counts, price)).toBeCloseTo(input + output, 9)
  })

  it('bills a kind without a price like the kind above it', async () => {
    const counts = {
      inputTokens: 1_000_000,
      cacheReadTokens: 400_000,
      outputTokens: 1_000_000,
      reasoningTokens: 900_000,
    }
    expect(await dollars(counts, { input: 2, output: 8 })).toBeCloseTo(10, 9)
  })

  it('bills what is cached for an hour apart, by what the host says of it', async () => {
    const raw = { cache_creation: { ephemeral_5m_input_tokens: 100_000, ephemeral_1h_input_tokens: 300_000 } }
    const counts = { inputTokens: 1_000_000, cacheWriteTokens: 400_000, outputTokens: 0, raw }
    const price = { input: 1, output: 1, cacheWrite: 1.25, cacheWrite1h: 2 }
    expect(await dollars(counts, price)).toBeCloseTo(0.6 + 0.125 + 0.6, 9)
  })

  it('takes the tier of the whole input', async () => {
    const price: Price = { input: { base: 1, tiers: [{ above: 200_000, price: 2 }] }, output: 0 }
    expect(await dollars({ inputTokens: 200_000, outputTokens: 0 }, price)).toBeCloseTo(0.2, 9)
    expect(await dollars({ inputTokens: 300_000, outputTokens: 0 }, price)).toBeCloseTo(0.6, 9)
  })

  it('bills searches and sound', async () => {
    const price = { input: 1, output: 1, webSearch: 0.01, fileSearch: 0.0025, audioMinute: 0.006 }
    const counts = { inputTokens: 0, outputTokens: 0 }
    const more = { toolUse: { webSearches: 3, fileSearches: 2 }, audioSeconds: 90 }
    expect(await dollars(counts, price, more)).toBeCloseTo(0.03 + 0.005 + 0.009, 9)
  })

  it('takes the batch discount off tokens alone', async () => {
    const price = { input: 2, output: 4, webSearch: 0.01, batch: 0.25 }
    const counts = { inputTokens: 1_000_000, outputTokens: 1_000_000 }
    expect(await dollars(counts, price, { batch: true, toolUse: { webSearches: 1 } })).toBeCloseTo(1.51, 9)
    expect(await dollars(counts, price)).toBeCloseTo(6, 9)
  })

  it('knows a model by its name at the host, by its own, or as any other there', async () => {
    const prices = { here: { known: { input: 1, output: 0 }, '*': { input: 3, output: 0 } } }
    const of = async (model: string, id?: string) => {
      const spec = id === undefined ? undefined : { id, family: 'f' }
      const { cost } = await costOf(usage({ inputTokens: 1_000_000 }), { provider: 'here', model, spec, prices })
      return cost?.total
    }
    expect(await of('known')).toBe(1)
    expect(await of('deployment', 'known')).toBe(1)
    expect(await of('other')).toBe(3)
  })

  it('says nothing but zero where a price is zero', async () => {
    expect(await dollars({ inputTokens: 5, outputTokens: 7 }, { input: 0, output: 0 })).toBe(0)
  })
})

describe('costOf by the catalogue', () => {
  it('prices a model, cached input included', async () => {
    const price = listed('openai', 'gpt-5-mini')
    const counts = { inputTokens: 10_000, cacheReadTokens: 4000, outputTokens: 1000 }
    const { cost, warnings } = await costOf(usage(counts), { provider: 'openai', model: 'gpt-5-mini-2025-08-07' })
    const expected = 6000 * price.input_mtok! + 4000 * price.cache_read_mtok! + 1000 * price.output_mtok!
    expect(expected).toBeGreaterThan(0)
    expect(cost?.total).toBeCloseTo(expected / 1e6, 12)
    expect(cost?.source).toBe('catalogue')
    expect(warnings).toEqual([])
  })

  it('finds hosts that the catalogue calls otherwise', async () => {
    for (const [provider, model] of [
      ['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
      ['vertex', 'gemini-2.5-flash'],
      ['xai', 'grok-4'],
      ['moonshot', 'kimi-k2.5'],
    ] as const) {
      const { cost } = await costOf(usage({ inputTokens: 1000, outputTokens: 1000 }), { provider, model })
      expect(cost?.total, provider).toBeGreaterThan(0)
    }
  })

  it('halves a batch', async () => {
    const counts = usage({ inputTokens: 1000, outputTokens: 1000 })
    const options = { provider: 'anthropic', model: 'claude-sonnet-4-5' }
    const whole = await costOf(counts, options)
    const half = await costOf(counts, { ...options, batch: true })
    expect(half.cost?.total).toBeCloseTo((whole.cost?.total ?? NaN) / 2, 12)
  })

  it('bills searches that the host counts itself', async () => {
    const raw = { server_tool_use: { web_search_requests: 2 } }
    const counts = { inputTokens: 0, outputTokens: 0, raw }
    const { cost } = await costOf(usage(counts), { provider: 'anthropic', model: 'claude-opus-4-5' })
    expect(cost?.total).toBeCloseTo((2 * listed('anthropic', 'claude-opus-4-5').web_searches_kcount!) / 1000, 9)
  })

  it('falls back on the spec at the host of its maker alone', async () => {
    const spec = { id: 'brand-new', family: 'claude', price: { input: 1, output: 2 } }
    const counts = usage({ inputTokens: 1_000_000, outputTokens: 1_000_000 })
    const own = await costOf(counts, { provider: 'anthropic', model: 'brand-new', spec })
    expect(own.cost).toEqual({ total: 3, source: 'catalogue' })
    const elsewhere = await costOf(counts, { provider: 'bedrock', model: 'brand-new', spec })
    expect(elsewhere.cost).toBeUndefined()
  })
})

describe('costOf puts what the host bills first', () => {
  it('whatever a price says', async () => {
    const reported = { total: 7, source: 'reported' } as const
    const prices = { openai: { '*': { input: 1, output: 1 } } }
    const options = { provider: 'openai', model: 'gpt-5', prices, reported }
    expect(await costOf(usage({ inputTokens: 5, outputTokens: 5 }), options)).toEqual({ cost: reported, warnings: [] })
  })
})

describe('costOf does not guess', () => {
  const cases: [name: string, counts: Omit<Usage, 'source'>, options: CostOptions, message: RegExp][] = [
    ['an unknown model', { inputTokens: 5 }, { provider: 'openai', model: 'nothing' }, /No price is known for nothing/],
    ['an unknown host', { inputTokens: 5 }, { provider: 'my-openai', model: 'gpt-5' }, /No price is known for gpt-5/],
    ['no output count', { inputTokens: 5 }, { provider: 'openai', model: 'gpt-5' }, /output tokens/],
    ['no count at all', {}, { provider: 'openai', model: 'gpt-5' }, /input tokens/],
    ['sound of unknown length', { inputTokens: 5 }, { provider: 'openai', model: 'whisper-1' }, /seconds of sound/],
    [
      'counts that contradict each other',
      { inputTokens: 5, outputTokens: 5, cacheReadTokens: 50 },
      { provider: 'openai', model: 'gpt-5' },
      /cannot exceed/,
    ],
    [
      'own prices of counts that contradict each other',
      { inputTokens: 5, outputTokens: 5, cacheReadTokens: 50 },
      { provider: 'here', model: 'm', prices: { here: { m: { input: 1, output: 1 } } } },
      /parts are more than the whole/,
    ],
    [
      'a search without a price',
      { inputTokens: 5, outputTokens: 5 },
      { provider: 'here', model: 'm', prices: { here: { m: { input: 1, output: 1 } } }, toolUse: { webSearches: 1 } },
      /web searches/,
    ],
    [
      'a batch at a host that says nothing of batches',
      { inputTokens: 5, outputTokens: 5 },
      { provider: 'here', model: 'm', prices: { here: { m: { input: 1, output: 1 } } }, batch: true },
      /What a batch costs/,
    ],
  ]

  it.each(cases)('%s', async (...[, counts, options, message]) => {
    const { cost, warnings } = await costOf(usage(counts), options)
    expect(cost).toBeUndefined()
    expect(warnings).toEqual([{ code: 'unknown-price', message: expect.stringMatching(message) }])
  })

  it('nor takes an option that does not exist', async () => {
    const options = { provider: 'openai', model: 'gpt-5', modle: 1 } as CostOptions
    await expect(costOf(usage({ inputTokens: 1 }), options)).rejects.toMatchObject({ code: 'configuration' })
  })
})
