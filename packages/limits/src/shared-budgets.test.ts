import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorkers, type Worker } from './__fixtures__/processes.ts'
import { describeServices } from './__fixtures__/services.ts'
import { placeOf } from './place.ts'

function windowOfThisMonth(): { start: number; end: number } {
  const now = new Date()
  const first = (offset: number): number => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset)
  return { start: first(0), end: first(1) }
}

describeServices('budgets of several processes', { timeout: 60_000 }, service => {
  let workers: Worker[] = []
  beforeAll(async () => {
    workers = service.url === '' ? [] : await startWorkers(4, { ...service, reservationMs: 3000 })
  }, 60_000)
  afterAll(() => Promise.all(workers.map(worker => worker.kill())))

  test('hold for all of them together', async () => {
    const options = { maxTokens: 1000, window: 'month' } as const
    const task = { do: 'spend', count: 100, options, maxTokens: 100 } as const
    const outcomes = (await Promise.all(workers.map(worker => worker.do<string[]>(task)))).flat()
    const went = outcomes.filter(outcome => outcome === 'ok').length
    expect(outcomes.filter(outcome => outcome === 'budget_exceeded')).toHaveLength(400 - went)
    const { engine } = placeOf({ ...service, reservationMs: 1, timeout: 5000 })
    const account = { key: '', ...windowOfThisMonth() }
    const { spent } = await engine.reserve(account, { id: randomUUID(), tokens: 0, cost: 0 }, {})
    // All but what is too little for one call more is used.
    expect(spent.tokens <= 1000 && spent.tokens > 890).toBe(true)
    await engine.close()
  })

  test('are not held for ever for a process that was killed', async () => {
    const options = { maxTokens: 1000, window: 'week' } as const
    const [first, second] = workers
    expect(await first?.do({ do: 'hold', options, maxTokens: 900 })).toBe('held')
    const task = { do: 'spend', count: 1, options, maxTokens: 900 } as const
    expect(await second?.do(task)).toEqual(['budget_exceeded'])
    await first?.kill()
    while (((await second?.do<string[]>(task)) ?? [])[0] !== 'ok') await sleep(100)
  })
})
