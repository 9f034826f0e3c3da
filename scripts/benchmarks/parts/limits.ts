import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { createClient } from 'redis'
import type { Measures } from '../job.ts'
import type { LimitKind } from '../limits-worker.ts'
import { medians } from '../rounds.ts'
import type { Part } from './part.ts'

/** Where limits are kept, with the variable that says where that is. */
const PLACES = [
  { name: 'in memory', place: 'memory' },
  { name: '@llm/limits in Redis', place: 'Redis', variable: 'REDIS_URL' },
  { name: '@llm/limits in PostgreSQL', place: 'PostgreSQL', variable: 'DATABASE_URL' },
  { name: 'rate-limiter-flexible in Redis', place: 'Redis, flexible', variable: 'REDIS_URL' },
  { name: 'rate-limiter-flexible in PostgreSQL', place: 'PostgreSQL, flexible', variable: 'DATABASE_URL' },
] as const

const KINDS = ['rate limit', 'budget'] as const

/** What a limit adds to a call: processor time, and time that passes. Places of which no URL is set are left out. */
export const limits: Part = async ({ quick }) => {
  const corner = `llm_bench_${process.pid}`
  const places = PLACES.filter(place => !('variable' in place) || process.env[place.variable])
  const workers = places.map(({ place }) => fork(new URL('../limits-worker.ts', import.meta.url), [place, corner]))
  try {
    const rows: { name: string; cells: (number | undefined)[] }[] = places.map(({ name }) => ({ name, cells: [] }))
    for (const kind of KINDS) {
      const results = await takeTurns(workers, kind, quick ? 3 : 21)
      for (const [index, { place }] of places.entries()) {
        const none = kind === 'budget' && place.endsWith('flexible')
        const { cpu, passed } = (none ? undefined : results[index]) ?? {}
        rows[index]?.cells.push(cpu, passed)
      }
    }
    const columns = ['requests and tokens a minute: CPU', 'time', 'a budget a month: CPU', 'time']
    return { title: 'What a limit adds to a call, in µs', columns, rows, compare: false }
  } finally {
    for (const worker of workers) worker.kill()
    await cleanUp(corner)
  }
}

async function takeTurns(workers: readonly ChildProcess[], kind: LimitKind, rounds: number): Promise<Measures[]> {
  const results = workers.map((): Measures[] => [])
  for (let round = -3; round < rounds; round++) {
    for (const [index, worker] of workers.entries()) {
      const [bare, limited] = [await ask(worker, 'none'), await ask(worker, kind)]
      if (round < 0) continue
      const added = (what: string): number => (limited[what] ?? NaN) - (bare[what] ?? NaN)
      results[index]?.push({ cpu: added('cpu'), passed: added('passed') })
    }
  }
  return results.map(medians)
}

async function ask(worker: ChildProcess, kind: LimitKind): Promise<Measures> {
  const done = new AbortController()
  const { signal } = done
  const ended = once(worker, 'exit', { signal }).then(() => {
    throw new Error('The worker of a place ended before its time.')
  })
  try {
    worker.send(kind)
    const [measures] = (await Promise.race([once(worker, 'message', { signal }), ended])) as [Measures]
    return measures
  } finally {
    done.abort()
    ended.catch(() => undefined)
  }
}

async function cleanUp(corner: string): Promise<void> {
  if (process.env.DATABASE_URL) {
    const client = new pg.Client(process.env.DATABASE_URL)
    await client.connect()
    await client.query(`SET client_min_messages = warning; DROP SCHEMA IF EXISTS "${corner}" CASCADE`)
    await client.end()
  }
  if (!process.env.REDIS_URL) return
  const client = await createClient({ url: process.env.REDIS_URL }).connect()
  for await (const keys of client.scanIterator({ MATCH: `${corner}*` })) if (keys.length > 0) await client.del(keys)
  await client.close()
}
