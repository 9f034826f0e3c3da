import type { Completion } from '@llm/core'
import { createJobs, type Jobs, type JobsSettings, type JobWorker } from '@llm/jobs'
import { mock } from '@llm/provider-mock'

/** What one thing takes: the median of the rounds. */
interface Pace {
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
  const queue = new MeasuredQueue(createJobs(settings))
  const rounds = []
  for (let round = 0; round <= ROUNDS; round++) {
    const oneByOne = await queue.startOneByOne(count / 5)
    const atOnce = await queue.startAtOnce(count)
    const done = await queue.doAll(count + count / 5)
    const latency = await queue.waits(20)
    // The first round warms up.
    if (round > 0) rounds.push({ oneByOne, atOnce, done, latency })
  }
  await queue.jobs.close()
  return {
    startedOneByOne: medianPace(rounds.map(({ oneByOne }) => oneByOne)),
    startedAtOnce: medianPace(rounds.map(({ atOnce }) => atOnce)),
    done: medianPace(rounds.map(({ done }) => done)),
    latencyMs: median(rounds.flatMap(({ latency }) => latency)),
  }
}

class MeasuredQueue {
  readonly jobs: Jobs
  #onCall: () => void = () => undefined

  constructor(jobs: Jobs) {
    this.jobs = jobs
  }

  startOneByOne(count: number): Promise<Pace> {
    return paceOf(count, async () => {
      for (let number = 0; number < count; number++) await this.#start()
    })
  }

  startAtOnce(count: number): Promise<Pace> {
    return paceOf(count, async () => {
      for (let left = count; left > 0; left -= 100) {
        await Promise.all(Array.from({ length: Math.min(left, 100) }, () => this.#start()))
      }
    })
  }

  doAll(count: number): Promise<Pace> {
    const all = Promise.withResolvers<undefined>()
    let left = count
    this.#onCall = () => {
      left -= 1
      if (left === 0) all.resolve(undefined)
    }
    return paceOf(count, async () => {
      const worker = await this.#work(50)
      await all.promise
      await worker.stop()
    })
  }

  async waits(count: number): Promise<readonly number[]> {
    const worker = await this.#work(1)
    const waits: number[] = []
    while (waits.length < count) {
      const began = performance.now()
      const called = new Promise<void>(resolve => (this.#onCall = resolve))
      const id = await this.#start()
      await called
      waits.push(performance.now() - began)
      await this.jobs.wait(id)
    }
    await worker.stop()
    return waits
  }

  #start(): Promise<string> {
    return this.jobs.startJob({ provider: 'mock', request })
  }

  #work(concurrency: number): Promise<JobWorker> {
    const host = mock()
    const complete = (asked: typeof request): Promise<Completion> => {
      this.#onCall()
      return host.complete(asked)
    }
    return this.jobs.work({ providers: { mock: { ...host, complete } }, concurrency })
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
