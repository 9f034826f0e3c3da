import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ServerError } from '../../errors/server-error.ts'
import { createHeldProvider, type HeldCall } from '../../testing/held-provider.ts'
import { budget, type BudgetOptions } from './budget.ts'
import { windowAt } from './budget-window.ts'
import { memoryBudgetStore } from './memory-store.ts'
import type { BudgetStore } from './store.ts'

const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const
const usage = (inputTokens: number, outputTokens: number) => ({
  inputTokens,
  outputTokens,
  source: 'reported' as const,
})
const price = () => ({ input: 1, output: 10, cacheRead: 0.1 })
const turn = () => new Promise(setImmediate)

function limited(options: BudgetOptions) {
  const { provider, calls } = createHeldProvider()
  return { calls, provider: budget(options)(provider) }
}

describe('a hard budget', () => {
  test('refuses what may go over it before it is sent, and says when it begins anew', async () => {
    let now = Date.UTC(2026, 0, 15, 12)
    const { provider, calls } = limited({ maxTokens: 1000, window: 'day', now: () => now })
    const first = provider.complete({ ...request, maxTokens: 600 })
    await turn()
    const error = provider.complete({ ...request, maxTokens: 600 })
    await expect(error).rejects.toMatchObject({
      code: 'budget_exceeded',
      retryable: false,
      message: 'The budget of 1000 tokens a day has 605 used or reserved, and this call may take 605.',
      hint: expect.stringContaining('2026-01-16T00:00:00.000Z') as string,
    })
    await expect(provider.stream({ ...request, maxTokens: 600 }).completion()).rejects.toMatchObject({
      code: 'budget_exceeded',
    })
    expect(calls).toHaveLength(1)
    calls[0]?.answer({ usage: usage(5, 100) })
    expect((await first).warnings).toEqual([])
    const second = provider.complete({ ...request, maxTokens: 890 })
    await turn()
    calls[1]?.answer({ usage: usage(5, 890) })
    await second
    await expect(provider.complete({ ...request, maxTokens: 1 })).rejects.toMatchObject({ code: 'budget_exceeded' })
    now += 12 * 3_600_000
    void provider.complete({ ...request, maxTokens: 900 })
    await turn()
    expect(calls).toHaveLength(3)
  })

  test('of money prices what is used, cached input too, and takes what the host bills', async () => {
    const { provider, calls } = limited({ maxCost: 0.01, price })
    const answers = [
      { usage: { ...usage(1000, 100), cacheReadTokens: 500 } }, // 500 * 1 + 500 * 0.1 + 100 * 10 = 1550 millionths
      { usage: usage(1000, 100), cost: { total: 0.008, source: 'reported' as const } },
    ]
    for (const [index, answer] of answers.entries()) {
      const call = provider.complete({ ...request, maxTokens: 10 })
      await turn()
      calls[index]?.answer(answer)
      await call
    }
    // 0.00955 is spent: 45 tokens out and 5 in are 0.000455 too much, 44 are not.
    await expect(provider.complete({ ...request, maxTokens: 45 })).rejects.toMatchObject({
      message: 'The budget of $0.01 has $0.00955 used or reserved, and this call may take $0.000455.',
    })
    void provider.complete({ ...request, maxTokens: 44 })
    await turn()
    expect(calls).toHaveLength(3)
  })

  test('of money is not kept by guessing: a model without a price is refused', async () => {
    const { provider } = limited({ maxCost: 1 })
    await expect(provider.complete(request)).rejects.toMatchObject({ code: 'configuration' })
  })

  test('is settled however a call ends', async () => {
    const { provider, calls } = limited({ maxTokens: 1000 })
    const spend = async (end: (call: HeldCall | undefined) => unknown, maxTokens: number): Promise<void> => {
      const stream = provider.stream({ ...request, maxTokens })
      const reading = stream[Symbol.asyncIterator]().next()
      await turn()
      await end(calls.at(-1))
      await reading.catch(() => undefined)
      await stream.cancel()
    }
    await spend(call => call?.fail(new ServerError({ message: 'no' })), 995)
    await spend(call => call?.emit({ type: 'text-delta', text: 'x'.repeat(360) }), 995) // 5 + 90
    await spend(call => call?.answer({ usage: usage(5, 100) }), 900)
    await expect(provider.complete({ ...request, maxTokens: 796 })).rejects.toMatchObject({ code: 'budget_exceeded' })
    await spend(call => call?.answer({ usage: usage(5, 0) }), 795)
    expect(calls).toHaveLength(4)
  })
})

test('a call that is aborted before it is sent uses nothing, and a store is told which reservation it was', async () => {
  const settled: unknown[] = []
  const store: BudgetStore = {
    reserve: () => Promise.resolve({ granted: true, spent: { tokens: 0, cost: 0 }, id: 'r1' }),
    settle: (...given) => void settled.push(given),
  }
  const { provider, calls } = limited({ maxTokens: 1000, store })
  const abort = new AbortController()
  const whole = provider.complete({ ...request, maxTokens: 95, signal: abort.signal })
  abort.abort()
  await expect(whole).rejects.toMatchObject({ code: 'aborted' })
  const left = provider.stream({ ...request, maxTokens: 95 })
  void left[Symbol.asyncIterator]().next()
  await left.cancel()
  await turn()
  const settlement = [
    { key: '', start: 0 },
    { tokens: 100, cost: 0, id: 'r1' },
    { tokens: 0, cost: 0 },
  ]
  expect([settled, calls]).toEqual([[settlement, settlement], []])
})

test('keys have budgets of their own, and other operations count', async () => {
  const { provider, calls } = limited({ maxTokens: 10, key: 'user' })
  const embed = (userId: string) => provider.embed({ model: 'm', input: ['x'.repeat(40)], metadata: { userId } })
  void embed('a')
  await turn()
  await expect(embed('a')).rejects.toMatchObject({ code: 'budget_exceeded' })
  void embed('b')
  await turn()
  expect(calls).toHaveLength(2)
})

test('a soft budget warns and counts, whatever the operation, and needs no price', async () => {
  const { provider, calls } = limited({ maxTokens: 10, maxCost: 1, mode: 'soft' })
  const warned = { warnings: [{ code: 'budget-exceeded', message: expect.stringContaining('10 tokens') as string }] }
  const answers = [provider.complete(request), provider.embed({ model: 'm', input: ['x'.repeat(80)] })]
  const streamed = provider.stream(request).completion()
  await turn()
  for (const call of calls) call.answer()
  for (const answer of answers) expect(await answer).toMatchObject(warned)
  expect(await streamed).toMatchObject(warned)
})

test('no number of calls at once, in whatever order they end, uses more than their reservations allow', async () => {
  const list = fc.array(fc.record({ max: fc.integer({ min: 1, max: 60 }), used: fc.nat(60), ends: fc.nat(5) }), {
    maxLength: 40,
  })
  await fc.assert(
    fc.asyncProperty(list, async given => {
      const { provider, calls } = limited({ maxTokens: 200 })
      let used = 0
      const open: { call: HeldCall; tokens: number }[] = []
      for (const { max, used: wanted, ends } of given) {
        const before = calls.length
        void provider.complete({ ...request, maxTokens: max }).catch(() => undefined)
        await turn()
        const call = calls[before]
        if (call !== undefined) open.push({ call, tokens: Math.min(wanted, max) })
        const [ending] = open.splice(ends, 1)
        if (ending !== undefined) {
          ending.call.answer({ usage: usage(5, ending.tokens) })
          used += 5 + ending.tokens
          await turn()
        }
        expect(used + open.reduce((sum, { tokens }) => sum + 5 + tokens, 0)).toBeLessThanOrEqual(200)
      }
    }),
    { numRuns: 30 },
  )
})

test('windows follow the calendar in UTC', () => {
  const now = Date.UTC(2026, 1, 18, 13, 45) // a Wednesday
  const day = (date: number) => Date.UTC(2026, 1, date)
  expect(windowAt('hour', now)).toEqual({ start: now - 45 * 60_000, end: now + 15 * 60_000 })
  expect(windowAt('day', now)).toEqual({ start: day(18), end: day(19) })
  expect(windowAt('week', now)).toEqual({ start: day(16), end: day(23) })
  expect(windowAt('week', day(16))).toEqual({ start: day(16), end: day(23) })
  expect(windowAt('month', now)).toEqual({ start: day(1), end: Date.UTC(2026, 2, 1) })
  expect(windowAt('month', Date.UTC(2026, 11, 31))).toMatchObject({ end: Date.UTC(2027, 0, 1) })
  expect(windowAt(1000, 1500)).toEqual({ start: 1000, end: 2000 })
  expect(windowAt(undefined, now)).toEqual({ start: 0 })
})

test('accounts of the past take no room', () => {
  let now = 0
  const store = memoryBudgetStore(() => now)
  for (let index = 0; index < 5000; index++) {
    now = index
    void store.reserve({ key: String(index), start: index, end: index + 1 }, { tokens: 1, cost: 0 }, {})
  }
  expect(store.size).toBeLessThanOrEqual(1025)
})

test('a store that fails stops the call; wrong options are refused', async () => {
  const store = { reserve: () => Promise.reject(new Error('gone')), settle: () => undefined }
  await expect(limited({ maxTokens: 1, store }).provider.complete(request)).rejects.toMatchObject({
    code: 'llm_error',
    cause: { message: 'gone' },
  })
  const wrong: [unknown, string][] = [
    [{}, 'no limit'],
    [{ maxCost: -1 }, 'no limit'],
    [{ maxTokens: 1, mode: 'strict' }, 'strict'],
    [{ maxTokens: 1, window: 'year' }, 'year'],
    [{ maxTokens: 1, maxDollars: 1 }, 'maxDollars'],
  ]
  for (const [options, words] of wrong) expect(() => budget(options as BudgetOptions)).toThrow(words)
})
