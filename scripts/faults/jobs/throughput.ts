import { createJobs, type JobsSettings } from '@llm/jobs'
import { mock } from '@llm/provider-mock'

/** What one thing takes: the median of the rounds. */
export interface Pace {
  readonly perSecond: number
  /** Of this process, all threads: with PostgreSQL, without the server. */
  readonly cpuMs: number
}

/** What jobs cost that cost nothing to do, with everything in this process. */
export interface Throughput {
  readonly startedOneByOne: Pace
  readonly startedAtOnce: Pace
  readonly done: Pace
  /** From the start of a job until a waiting worker makes its call, in milliseconds: the median. */
  readonly latencyMs: number
}

const request = { model: 'any', messages: [{ role: 'user' as const, content: 'Hello!' }] }
const ROUNDS = 5

/** Measures a queue of so many jobs a round. */
export async function measureThroughput(settings: JobsSettings, count: number): Promise<Throughput> {
  const jobs = createJobs(settings)
  await jobs.ready()
  const host = mock()
  let onCall = (): void => undefined
  const provider = {
    ...host,
    complete: (asked: typeof request) => {
      onCall()
      return host.complete(asked)
    },
  }
  const start = (): Promise<string> => jobs.startJob({ provider: 'mock', request })
  const rounds: { oneByOne: Pace; atOnce: Pace; done: Pace; latency: number[] }[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const oneByOne = await paceOf(count / 5, async () => {
      for (let number = 0; number < count / 5; number++) await start()
    })
    const atOnce = await paceOf(count, async () => {
      for (let number = 0; number < count; number += 100) await Promise.all(Array.from({ length: 100 }, start))
    })
    let left = count + count / 5
    const all = Promise.withResolvers<undefined>()
    onCall = () => {
      left -= 1
      if (left === 0) all.resolve(undefined)
    }
    const done = await paceOf(left, async () => {
      const worker = await jobs.work({ providers: { mock: provider }, concurrency: 50 })
      await all.promise
      await worker.stop()
    })
    const worker = await jobs.work({ providers: { mock: provider }, concurrency: 1 })
    const latency: number[] = []
    for (let number = 0; number < 20; number++) {
      const began = performance.now()
      const called = new Promise<void>(resolve => (onCall = resolve))
      const id = await start()
      await called
      latency.push(performance.now() - began)
      await jobs.wait(id)
    }
    await worker.stop()
    // The first round warms up.
    if (round > 0) rounds.push({ oneByOne, atOnce, done, latency })
  }
  await jobs.close()
  return {
    startedOneByOne: medianPace(rounds.map(({ oneByOne }) => oneByOne)),
    startedAtOnce: medianPace(rounds.map(({ atOnce }) => atOnce)),
    done: medianPace(rounds.map(({ done }) => done)),
    latencyMs: median(rounds.flatMap(({ latency }) => latency)),
  }
}

async function paceOf(count: number, work: () => Promise<void>): Promise<Pace> {
  const began = performance.now()
  const cpu = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond: (count / (performance.now() - began)) * 1000, cpuMs: (user + system) / 1000 / count }
}

function medianPace(paces: readonly Pace[]): Pace {
  return { perSecond: median(paces.map(({ perSecond }) => perSecond)), cpuMs: median(paces.map(({ cpuMs }) => cpuMs)) }
}

function median(values: readonly number[]): number {
  return Number((values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN).toPrecision(3))
}
