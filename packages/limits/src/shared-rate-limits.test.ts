import { rateLimit } from '@llm/core'
import { createHeldProvider } from '@llm/core/testing'
import { mock } from '@llm/provider-mock'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorkers, type Worker } from './__fixtures__/processes.ts'
import { describeServices } from './__fixtures__/services.ts'
import { sharedLimits } from './shared-limits.ts'

const request = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] } as const

describeServices('rate limits of several processes', { timeout: 60_000 }, service => {
  const { url, schema, prefix } = service
  let workers: Worker[] = []
  beforeAll(async () => {
    workers = url === '' ? [] : await startWorkers(4, service)
  }, 60_000)
  afterAll(() => Promise.all(workers.map(worker => worker.kill())))

  test.each([2, 4])('%i of them together never take more than the limit, and each has its share', async count => {
    const [limit, windowMs] = [40, 200]
    const task = { do: 'take', key: `together:${String(count)}`, limit, windowMs, forMs: 1000 } as const
    const takes = await Promise.all(workers.slice(0, count).map(worker => worker.do<number[]>(task)))
    const all = takes.flat()
    const most = Math.max(...all.map(end => all.filter(at => at <= end && at > end - windowMs).length))
    expect(most).toBeLessThanOrEqual(limit)
    expect(all.length).toBeGreaterThan(limit)
    for (const own of takes) expect(own.length).toBeGreaterThan(all.length / count / 3)
  })

  test('the calls of a minute are as many as the limit says, and who waits is told in time', async () => {
    const options = { rpm: 50, maxWaitMs: 700, key: ['user'] as const }
    const task = { do: 'call', count: 40, options } as const
    const outcomes = (await Promise.all(workers.map(worker => worker.do<string[]>(task)))).flat()
    expect(outcomes.filter(outcome => outcome === 'ok')).toHaveLength(50)
    expect(outcomes.filter(outcome => outcome === 'rate_limit')).toHaveLength(110)
    const late = { ...task, count: 3, timeout: 200 }
    expect(await workers[0]?.do(late)).toEqual(['timeout', 'timeout', 'timeout'])
  })

  test('what one did not use another may, long before the minute is over', async () => {
    const [first, second] = workers
    // Each call is taken for 905 of 1,000 tokens and uses a few.
    const task = {
      do: 'call',
      count: 2,
      options: { tpm: 1000, key: 'model', maxWaitMs: 20_000 },
      maxTokens: 900,
    } as const
    const answers = await Promise.all([first?.do(task), second?.do(task)])
    expect(answers.flat()).toEqual(['ok', 'ok', 'ok', 'ok'])
  })

  test('so many calls at the same time are let through as the limit says', async () => {
    const limits = sharedLimits({ url, schema, prefix })
    const options = { concurrency: 3, key: () => 'places', store: limits.rateLimits }
    const { provider: host, calls } = createHeldProvider()
    // Two middlewares are as two processes.
    const [one, other] = [rateLimit(options)(host), rateLimit(options)(host)]
    const answers = [one, other, one, other, one].map(provider => provider.complete(request))
    while (calls.length < 3) await sleep(10)
    await sleep(300)
    expect(calls).toHaveLength(3)
    for (let ended = 0; ended < 5; ended++) {
      while (calls.length <= ended) await sleep(10)
      calls[ended]?.answer()
    }
    await Promise.all(answers)
    const charge = { key: 'places:calls', limit: 3, windowMs: 600_000, amount: 3 }
    await expect.poll(() => limits.rateLimits.take([charge]), { timeout: 5000 }).toMatchObject({ taken: true })
    await limits.close()
  })

  test('who waits can be aborted, and takes nothing', async () => {
    const limits = sharedLimits({ url, schema, prefix })
    const provider = rateLimit({ rpm: 2, key: () => 'abort', store: limits.rateLimits })(mock())
    await provider.complete(request)
    const gone = AbortSignal.abort()
    await expect(provider.complete({ ...request, signal: gone })).rejects.toMatchObject({ code: 'aborted' })
    await provider.complete(request)
    const stop = new AbortController()
    const waiting = provider.complete({ ...request, signal: stop.signal })
    const stream = provider.stream(request)
    const reading = stream[Symbol.asyncIterator]().next()
    await sleep(50)
    stop.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
    await stream.cancel()
    expect(await reading).toEqual({ done: true, value: undefined })
    await limits.close()
  })

  test('the turn of a process that was killed passes to the others', async () => {
    const limits = sharedLimits({ url, schema, prefix })
    const charge = { key: 'killed', limit: 10, windowMs: 60_000, amount: 10 }
    const grant = await limits.rateLimits.take([charge])
    const worker = workers.at(-1)
    void worker?.do({ do: 'take', ...charge, forMs: 60_000 })
    await sleep(100)
    await worker?.kill()
    await limits.rateLimits.adjust({ ...charge, amount: -10 }, grant.taken ? grant.at : 0)
    for (;;) {
      const next = await limits.rateLimits.take([charge])
      if (next.taken) break
      await sleep(Math.min(next.retryInMs, 250))
    }
    await limits.close()
  })
})
