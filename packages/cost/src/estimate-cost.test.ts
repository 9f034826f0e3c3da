import { describe, expect, it } from 'vitest'
import { estimateCost } from './estimate-cost.ts'

const messages = [{ role: 'user' as const, content: 'Which planet is red?' }]
const prices = { here: { m: { input: 1, output: 10 } } }
const tokens = { inputTokens: 1_000_000, source: 'heuristic', errorBound: 0.2 } as const

describe('estimateCost', () => {
  it('goes from no answer to the longest', async () => {
    const request = { model: 'm', messages, maxTokens: 100_000 }
    const { cost, warnings } = await estimateCost(request, { provider: 'here', prices, tokens })
    expect(cost?.min).toBeCloseTo(0.8, 9)
    expect(cost?.max).toBeCloseTo(1.2 + 1, 9)
    expect(warnings).toEqual([])
  })

  it('counts the input where nobody has', async () => {
    const { cost, tokens } = await estimateCost({ model: 'm', messages, maxTokens: 10 }, { provider: 'here', prices })
    expect(tokens.inputTokens).toBeGreaterThan(0)
    expect(cost?.max).toBeGreaterThan(cost?.min ?? NaN)
  })

  it('takes the longest answer from the spec', async () => {
    const spec = {
      id: 'm',
      family: 'f',
      maxOutputTokens: 1_000_000,
      input: ['text'],
      output: ['text'],
      capabilities: {},
      parameters: {},
    } as const
    const { cost } = await estimateCost({ model: 'm', messages, spec }, { provider: 'here', prices, tokens })
    expect(cost?.max).toBeCloseTo(11.2, 9)
  })

  it('says what it does not know', async () => {
    const endless = await estimateCost({ model: 'm', messages }, { provider: 'here', prices })
    expect(endless.cost).toBeUndefined()
    expect(endless.warnings[0]).toMatchObject({ code: 'unknown-price', parameter: 'maxTokens' })
    const unpriced = await estimateCost({ model: 'other', messages, maxTokens: 1 }, { provider: 'here', prices })
    expect(unpriced.cost).toBeUndefined()
    expect(unpriced.warnings).toHaveLength(1)
  })

  it('refuses options that do not exist', async () => {
    const options = { provider: 'here', maxTokens: 5 }
    await expect(estimateCost({ model: 'm', messages }, options)).rejects.toMatchObject({ code: 'configuration' })
  })
})
