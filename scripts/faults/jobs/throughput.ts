import { createJobs, type JobsSettings } from '@llm/jobs'
import { mock } from '@llm/provider-mock'

/** How many a second, of jobs that cost nothing to do, with everything in this process. */
export interface Throughput {
  readonly startedOneByOne: number
  readonly startedAtOnce: number
  readonly done: number
  /** From the start of a job until a waiting worker makes its call, in milliseconds: the median, and 95 in 100. */
  readonly latency: { readonly p50: number; readonly p95: number }
}

const request = { model: 'any', messages: [{ role: 'user' as const, content: 'Hello!' }] }

/** Measures a queue of so many jobs. */
export async function measureThroughput(settings: JobsSettings, count: number): Promise<Throughput> {
  const jobs = createJobs(settings)
  await jobs.ready()
  const start = (): Promise<string> => jobs.startJob({ provider: 'mock', request })
  const oneByOne = await perSecond(count / 4, async () => {
    for (let number = 0; number < count / 4; number++) await start()
  })
  const atOnce = await perSecond(count, async () => {
    for (let number = 0; number < count; number += 100) await Promise.all(Array.from({ length: 100 }, start))
  })
  const all = Promise.withResolvers<undefined>()
  let left = count + count / 4
  let noticed: (() => void) | undefined
  const host = mock()
  const provider = {
    ...host,
    complete: (asked: typeof request) => {
      noticed?.()
      left -= 1
      if (left === 0) all.resolve(undefined)
      return host.complete(asked)
    },
  }
  const done = await perSecond(count + count / 4, async () => {
    await jobs.work({ providers: { mock: provider }, concurrency: 50 })
    await all.promise
  })
  const waits: number[] = []
  for (let number = 0; number < 100; number++) {
    const began = performance.now()
    const called = new Promise<void>(resolve => (noticed = resolve))
    const id = await start()
    await called
    waits.push(performance.now() - began)
    await jobs.wait(id)
  }
  await jobs.close()
  return { startedOneByOne: oneByOne, startedAtOnce: atOnce, done, latency: percentiles(waits) }
}

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return Math.round((count / (performance.now() - began)) * 1000)
}

function percentiles(values: readonly number[]): Throughput['latency'] {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number): number => Number((sorted[Math.floor(sorted.length * part)] ?? NaN).toFixed(1))
  return { p50: at(0.5), p95: at(0.95) }
}
