import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Job, Measures } from './job.ts'

export interface Plan {
  /** Rounds before those that count: for the compiler. */
  readonly warmUp: number
  readonly rounds: number
}

/**
 * Runs jobs side by side: each has a process of its own, and they take turns, a round each (A B C A B C), so that
 * whatever else the machine does meets all alike. Gives the median of each measure, in the order of the jobs.
 */
export async function takeTurns(jobs: readonly Job[], { warmUp, rounds }: Plan): Promise<Measures[]> {
  const workers = jobs.map(startWorker)
  const results: Measures[][] = jobs.map(() => [])
  try {
    for (let round = -warmUp; round < rounds; round++) {
      for (const [index, worker] of workers.entries()) {
        const measures = await worker.round()
        if (round >= 0) results[index]?.push(measures)
      }
    }
  } finally {
    for (const worker of workers) worker.stop()
  }
  return results.map(medians)
}

/** A process that runs beside the others, such as a server; gives what it says first. */
export async function startServer(): Promise<{ readonly port: number; readonly stop: () => void }> {
  const server = fork(new URL('wire/server.ts', import.meta.url))
  const [port] = (await once(server, 'message')) as [number]
  return { port, stop: () => server.disconnect() }
}

interface Worker {
  /** Runs one round and gives what it measured. */
  round(): Promise<Measures>
  stop(): void
}

function startWorker(job: Job): Worker {
  const child = fork(new URL('worker.ts', import.meta.url), [JSON.stringify(job)], { execArgv: ['--expose-gc'] })
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The worker of ${job.contestant} ended with ${String(code)} before its time.`)
  })
  failed.catch(() => undefined)
  return {
    async round() {
      const answered = once(child, 'message') as Promise<[Measures]>
      child.send('round')
      const [measures] = await Promise.race([answered, failed])
      return measures
    },
    stop: () => void child.kill(),
  }
}

export function medians(rounds: readonly Measures[]): Measures {
  const names = Object.keys(rounds[0] ?? {})
  return Object.fromEntries(names.map(name => [name, median(rounds.map(measures => measures[name] ?? NaN))]))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}
