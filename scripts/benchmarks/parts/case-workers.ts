import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Measures } from '../job.ts'
import { medians, type Plan } from '../rounds.ts'

/** Processes that measure one case at a time, by its name; and the cases. */
export interface CaseWorkers {
  readonly script: URL
  /** One process for each, started with these arguments. */
  readonly contestants: readonly (readonly string[])[]
  readonly cases: readonly string[]
}

/** Each contestant has a process of its own, and they take turns, case by case. Gives the medians of each. */
export async function measureCases(
  { script, contestants, cases }: CaseWorkers,
  { warmUp, rounds }: Plan,
): Promise<readonly Measures[]> {
  const workers = contestants.map(args => fork(script, args))
  const results = workers.map((): Record<string, number>[] => [])
  try {
    for (let round = -warmUp; round < rounds; round++) {
      for (const [index, worker] of workers.entries()) {
        const measured: Record<string, number> = {}
        for (const name of cases) measured[name] = await ask(worker, name)
        if (round >= 0) results[index]?.push(measured)
      }
    }
    return results.map(medians)
  } finally {
    for (const worker of workers) worker.kill()
  }
}

async function ask(worker: ChildProcess, name: string): Promise<number> {
  const done = new AbortController()
  const { signal } = done
  const ended = once(worker, 'exit', { signal }).then(() => {
    throw new Error('A worker ended before its time.')
  })
  ended.catch(() => undefined)
  try {
    worker.send(name)
    const [spent] = (await Promise.race([once(worker, 'message', { signal }), ended])) as [number]
    return spent
  } finally {
    done.abort()
  }
}
