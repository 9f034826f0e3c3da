import { accumulate, compose, type CompletionEvent, type CompletionRequest } from '@llm/core'
import { echo, fail, mock, type MockSettings } from '@llm/provider-mock'
import { describe, expect, it } from 'vitest'
import { withCost } from './with-cost.ts'

const request: CompletionRequest = { model: 'm', messages: [{ role: 'user', content: 'Hello' }] }
const usage = { inputTokens: 1_000_000, outputTokens: 500_000 }
const prices = { mock: { m: { input: 1, output: 4, webSearch: 0.5 } } }
const priced = (reply: NonNullable<MockSettings['replies']>[number]) =>
  compose(mock({ replies: [reply] }), withCost({ prices }))

describe('withCost', () => {
  it('fills in the cost, and keeps everything else', async () => {
    const plain = await mock({ replies: [{ text: 'Hi', usage }] }).complete(request)
    const completion = await priced({ text: 'Hi', usage }).complete(request)
    expect(completion).toEqual({ ...plain, cost: { total: 3, source: 'override' } })
  })

  it('gives streams the same cost, in the events too', async () => {
    const provider = priced({ text: 'Hi', usage })
    const stream = provider.stream(request)
    const events: CompletionEvent[] = []
    for await (const event of stream) events.push(event)
    expect((await stream.completion()).cost).toEqual({ total: 3, source: 'override' })
    expect((await accumulate(events)).cost).toEqual({ total: 3, source: 'override' })
    expect(events.at(-1)?.type).toBe('finish')
  })

  it('bills the searches that the host made', async () => {
    const call = { type: 'tool-call', id: '1', name: 'web_search', arguments: {} } as const
    const provider = priced({ text: 'Hi', usage, content: [{ ...call, providerExecuted: true }] })
    expect((await provider.complete(request)).cost?.total).toBe(3.5)
    expect((await provider.stream(request).completion()).cost?.total).toBe(3.5)
  })

  it('keeps what the host billed', async () => {
    const provider = priced({ text: 'Hi', usage, cost: 9 })
    expect((await provider.complete(request)).cost).toEqual({ total: 9, source: 'reported' })
    expect((await provider.stream(request).completion()).cost).toEqual({ total: 9, source: 'reported' })
  })

  it('warns where there is no price, streamed or not', async () => {
    const provider = compose(mock({ replies: [{ text: 'Hi', usage }] }), withCost())
    const completion = await provider.complete(request)
    expect(completion.cost).toBeUndefined()
    expect(completion.warnings.map(({ code }) => code)).toEqual(['unknown-price'])
    const stream = provider.stream(request)
    const events: CompletionEvent[] = []
    for await (const event of stream) events.push(event)
    const streamed = await stream.completion()
    expect(streamed.cost).toBeUndefined()
    expect(streamed.warnings).toEqual(completion.warnings)
    expect((await accumulate(events)).warnings).toEqual(completion.warnings)
  })

  it('prices what had arrived when a reader leaves', async () => {
    const provider = priced(echo())
    const stream = provider.stream(request)
    for await (const event of stream) if (event.type === 'text-delta') break
    const { interrupted, text } = await stream.completion()
    expect(interrupted).toBe(true)
    expect(text).not.toBe('')
  })

  it('passes errors on', async () => {
    const provider = priced(fail('rate-limit'))
    await expect(provider.complete(request)).rejects.toMatchObject({ code: 'rate_limit' })
    await expect(provider.stream(request).completion()).rejects.toMatchObject({ code: 'rate_limit' })
  })

  it('refuses options that do not exist', () => {
    expect(() => withCost({ price: {} } as object)).toThrow(/no setting "price"/)
  })
})
