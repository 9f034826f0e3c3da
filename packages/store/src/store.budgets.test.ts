import { budget } from '@llm/core'
import { mock } from '@llm/provider-mock'
import { expect, test } from 'vitest'
import { onEngines } from './__fixtures__/engines.ts'
import { fork } from './__fixtures__/processes.ts'
import { defineStore, type StoreBackend } from './index.ts'

const request = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }], maxTokens: 100 }
const reply = { text: 'Hello', usage: { inputTokens: 10, outputTokens: 20 } }

onEngines('all', createPlace => {
  test('an account takes what fits, and is settled by what was used', async () => {
    const { budgets } = (await createPlace()).open()
    const account = { key: 'ada', start: 0 }
    const limits = { tokens: 100, cost: 1 }
    expect(await budgets.reserve(account, { tokens: 60, cost: 0.5 }, limits)).toEqual({
      granted: true,
      spent: { tokens: 0, cost: 0 },
    })
    expect(await budgets.reserve(account, { tokens: 60, cost: 0.1 }, limits)).toEqual({
      granted: false,
      spent: { tokens: 60, cost: 0.5 },
    })
    expect(await budgets.reserve(account, { tokens: 1, cost: 0.6 }, limits)).toMatchObject({ granted: false })
    await budgets.settle(account, { tokens: 60, cost: 0.5 }, { tokens: 10, cost: 0.25 })
    expect(await budgets.reserve(account, { tokens: 90, cost: 0.75 }, limits)).toEqual({
      granted: true,
      spent: { tokens: 10, cost: 0.25 },
    })
    expect(await budgets.reserve({ key: 'bob', start: 0 }, { tokens: 101, cost: 0 }, limits)).toEqual({
      granted: false,
      spent: { tokens: 0, cost: 0 },
    })
    expect(await budgets.reserve({ key: 'ada', start: 5, end: 10 }, { tokens: 101, cost: 0 }, {})).toMatchObject({
      granted: true,
    })
  })

  test('a window that is over is forgotten with the next one, one without an end never', async () => {
    const { budgets } = (await createPlace()).open()
    const spend = (start: number, end?: number) =>
      budgets.reserve({ key: 'k', start, ...(end === undefined ? {} : { end }) }, { tokens: 1, cost: 0 }, {})
    await spend(0)
    await spend(10, 20)
    await spend(20, 30)
    expect(await spend(20, 30)).toMatchObject({ spent: { tokens: 1 } })
    expect(await spend(0)).toMatchObject({ spent: { tokens: 1 } })
  })

  test('calls of a budget over it stop where it ends', async () => {
    const store = (await createPlace()).open()
    const provider = budget({ maxTokens: 250, store: store.budgets })(mock({ replies: [reply, reply, reply] }))
    await provider.complete(request)
    // Settling is not waited for.
    await expect
      .poll(() => store.budgets.reserve({ key: '', start: 0 }, { tokens: 0, cost: 0 }, {}))
      .toMatchObject({
        spent: { tokens: 30 },
      })
    await provider.complete(request)
    await expect(provider.complete({ ...request, maxTokens: 300 })).rejects.toMatchObject({ code: 'budget_exceeded' })
  })
})

onEngines('databases', createPlace => {
  test('two processes that spend at once spend no more than there is, and all of it', async () => {
    const place = await createPlace()
    const store = place.open()
    await store.ready()
    const granted = await Promise.all([1, 2].map(async () => fork('spend', place.url, '100').number()))
    expect(granted.reduce((sum, count) => sum + count, 0)).toBe(100)
    expect(Math.min(...granted)).toBeGreaterThan(0)
    expect(await store.budgets.reserve({ key: 'shared', start: 0 }, { tokens: 1, cost: 0 }, { tokens: 100 })).toEqual({
      granted: false,
      spent: { tokens: 100, cost: 0 },
    })
  })
})

test('a backend without budgets says so', async () => {
  const backend: StoreBackend = { open: () => Promise.resolve() } as never
  const { budgets } = defineStore(backend)
  await expect(budgets.reserve({ key: 'k', start: 0 }, { tokens: 1, cost: 0 }, {})).rejects.toMatchObject({
    code: 'configuration',
  })
})
