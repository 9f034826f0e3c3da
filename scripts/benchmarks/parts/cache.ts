import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CacheCase } from '../cache-worker.ts'
import { medians, type Plan } from '../rounds.ts'
import type { Part } from './part.ts'

const STORES = [
  { name: 'no cache', store: 'none' },
  { name: 'memoryStore()', store: 'memory' },
  { name: 'fileStore()', store: 'file' },
]

const CASES: readonly { readonly title: string; readonly kind: CacheCase }[] = [
  { title: 'a hit', kind: 'hit' },
  { title: 'after 100 messages, 40 kB', kind: 'long' },
  { title: 'streamed, 50 deltas', kind: 'stream' },
  { title: 'a miss, kept', kind: 'miss' },
]

/** What the cache adds to a host that answers at once, and what it takes in its place. */
export const cache: Part = async ({ quick }) => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cache-'))
  const workers = STORES.map(({ store }) => startWorker(store, join(folder, 'cache.db')))
  try {
    const results = await takeTurns(workers, quick ? { warmUp: 2, rounds: 5 } : { warmUp: 5, rounds: 31 })
    const rows = STORES.map(({ name }, index) => ({ name, cells: CASES.map(({ kind }) => results[index]?.[kind]) }))
    const columns = CASES.map(({ title }) => title)
    return { title: 'A call through a cache: µs of CPU time', columns, rows, compare: false }
  } finally {
    for (const worker of workers) worker.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Each store has a process of its own, and they take turns. */
async function takeTurns(workers: readonly ChildProcess[], { warmUp, rounds }: Plan) {
  const results = workers.map((): Record<string, number>[] => [])
  for (let round = -warmUp; round < rounds; round++) {
    for (const [index, worker] of workers.entries()) {
      const measured: Record<string, number> = {}
      for (const { kind } of CASES) measured[kind] = await ask(worker, kind)
      if (round >= 0) results[index]?.push(measured)
    }
  }
  return results.map(medians)
}

function startWorker(store: string, path: string): ChildProcess {
  return fork(new URL('../cache-worker.ts', import.meta.url), [store, path])
}

async function ask(worker: ChildProcess, kind: CacheCase): Promise<number> {
  const done = new AbortController()
  const { signal } = done
  const ended = once(worker, 'exit', { signal }).then(() => {
    throw new Error('The worker of a store ended before its time.')
  })
  ended.catch(() => undefined)
  try {
    worker.send(kind)
    const [spent] = (await Promise.race([once(worker, 'message', { signal }), ended])) as [number]
    return spent
  } finally {
    done.abort()
  }
}
