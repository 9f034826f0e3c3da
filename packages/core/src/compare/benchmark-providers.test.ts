import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { ModelClient } from '../client/model-client.ts'
import { ServerError } from '../errors/server-error.ts'
import type { Provider } from '../provider.ts'
import { ModelSpecRegistry } from '../specs/registry.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import { CompletionAccumulator } from '../stream/accumulator.ts'
import { CompletionStream } from '../stream/completion-stream.ts'
import type { CompletionEvent } from '../stream/events.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { objectEvent } from '../schema/restore-answer.ts'
import { benchmarkProviders } from './benchmark-providers.ts'
import { benchmarkTable } from './benchmark-table.ts'

const clock = createManualClock()
const spec: ModelSpec = {
  id: 'm',
  family: 'f',
  input: ['text'],
  output: ['text'],
  capabilities: {},
  parameters: {},
  price: { input: 1, output: 2 },
}

/** Answers after so many milliseconds, then once more after twice as many. */
function provider(id: string, ms: number, text?: string): Provider {
  return {
    id,
    protocol: 'p',
    complete: () => Promise.reject(new Error('not asked')),
    stream: request => {
      const accumulator = new CompletionAccumulator()
      const events: (CompletionEvent | undefined)[] = [
        { type: 'text-delta', text: text ?? '' },
        { type: 'usage', usage: { inputTokens: 100, outputTokens: 50, source: 'reported' } },
        objectEvent(text ?? '', request.output),
        { type: 'finish', finishReason: 'stop' },
      ]
      const batches = [events.slice(0, 1), events.slice(1)].map(batch => batch.filter(event => event !== undefined))
      return new CompletionStream({
        async pull() {
          await clock.advance(ms)
          if (text === undefined) throw new ServerError({ message: 'no' })
          const batch = batches.shift()
          batch?.forEach(event => {
            accumulator.push(event)
          })
          return batch
        },
        cancel: () => Promise.resolve(),
        snapshot: interrupted => accumulator.snapshot(interrupted),
      })
    },
  }
}

const client = new ModelClient('m', {
  provider: provider('none', 0),
  family: { name: 'f', registry: () => new ModelSpecRegistry([spec]) },
})

test('every provider is asked everything, in turns, and measured', async () => {
  const onProgress = vi.fn()
  const good = provider('fast', 10, '{"a":1}')
  const wrong = provider('slow', 40, '{"a":"x"}')
  const broken = provider('broken', 5)
  const result = await benchmarkProviders(client, [good, wrong, broken], {
    prompts: ['one', 'two'],
    rounds: 2,
    options: { output: z.object({ a: z.number() }) },
    onProgress,
    clock,
  })
  expect(result.runs.slice(0, 4).map(({ provider: id, prompt }) => [id, prompt])).toEqual([
    ['fast', 0],
    ['slow', 0],
    ['broken', 0],
    ['fast', 1],
  ])
  const cost = (100 * 1 + 50 * 2) / 1e6
  const row = { calls: 4, errors: 0, cost: { median: cost, p95: cost } }
  expect(result.rows).toEqual([
    {
      ...row,
      provider: 'fast',
      firstTokenMs: { median: 10, p95: 10 },
      totalMs: { median: 30, p95: 30 },
      tokensPerSecond: { median: 2500, p95: 2500 },
      compliance: 1,
    },
    {
      ...row,
      provider: 'slow',
      firstTokenMs: { median: 40, p95: 40 },
      totalMs: { median: 120, p95: 120 },
      tokensPerSecond: { median: 625, p95: 625 },
      compliance: 0,
    },
    { provider: 'broken', calls: 4, errors: 4 },
  ])
  expect(result.runs.find(run => run.provider === 'broken')?.error).toBe('server')
  expect(onProgress).toHaveBeenCalledTimes(12)
  expect(onProgress).toHaveBeenLastCalledWith(expect.objectContaining({ done: 12, total: 12 }))
  expect(client.provider.id).toBe('none')
  expect(benchmarkTable(result).split('\n').at(-1)).toBe('| broken | 4 | 4 | – | – | – | – | – |')
  expect(benchmarkTable(result).split('\n')[2]).toBe(
    '| fast | 4 | 0 | 10 / 10 | 30 / 30 | 2500.0 / 2500.0 | 0.000200 / 0.000200 | 100 % |',
  )
})
