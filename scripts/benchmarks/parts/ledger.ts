import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Measures } from '../job.ts'
import type { LedgerQuestion } from '../ledger-worker.ts'
import { medians } from '../rounds.ts'
import type { Part } from './part.ts'

/** 10,000 calls a second through `track`, beside the same calls without it. */
export const ledgerCalls: Part = async ({ quick }) => {
  const places = [{ name: 'no ledger' }, ...(await openPlaces())]
  const calls = quick ? 10_000 : 50_000
  try {
    const rows = []
    for (const { name, url } of places) {
      const worker = startWorker(url)
      await worker.ask({ do: 'pace', calls: 10_000 })
      const rounds: Measures[] = []
      for (let round = 0; round < (quick ? 1 : 3); round++) rounds.push(await worker.ask({ do: 'pace', calls }))
      const { cpu, median, p99, late } = medians(rounds)
      const { all, perSecond } = await worker.ask({ do: 'rush', calls: calls * 2 })
      worker.stop()
      rows.push({ name, cells: [median, p99, late, cpu, all, url === undefined ? undefined : perSecond] })
    }
    const columns = [
      'µs a call',
      'µs, 99 of 100',
      'a turn of the event loop, 99 of 100: ms',
      'µs CPU of its thread',
      'of all threads, flat out',
      'most calls a second, written',
    ]
    return { title: 'A tracked call, at 10,000 calls a second', columns, rows, compare: false }
  } finally {
    await closePlaces(places)
  }
}

/** Questions to a ledger of many requests. */
export const ledgerQuestions: Part = async ({ quick }) => {
  const places = await openPlaces()
  const requests = quick ? 100_000 : 1_000_000
  try {
    const answers: Measures[] = []
    const fills: (number | undefined)[] = []
    for (const { url, settle } of places) {
      const worker = startWorker(url)
      fills.push((await worker.ask({ do: 'fill', rows: requests }))['perSecond'])
      await settle?.()
      answers.push(await worker.ask({ do: 'ask', rounds: quick ? 3 : 9 }))
      worker.stop()
    }
    const rows = Object.keys(answers[0] ?? {}).map(name => ({ name, cells: answers.map(measures => measures[name]) }))
    rows.push({ name: 'filling it, requests a second', cells: fills })
    const title = `Questions to a ledger of ${requests.toLocaleString('en')} requests in 90 days: ms`
    return { title, columns: places.map(({ name }) => name), rows, compare: false }
  } finally {
    await closePlaces(places)
  }
}

interface Place {
  readonly name: string
  readonly url?: string
  /** What the database does by itself within a minute. */
  readonly settle?: () => Promise<void>
  readonly remove?: () => Promise<void>
}

/** A file, and a schema of its own in the PostgreSQL at `DATABASE_URL`, where there is one. */
async function openPlaces(): Promise<Place[]> {
  const folder = await mkdtemp(join(tmpdir(), 'llm-bench-'))
  const file = { name: 'SQLite', url: join(folder, 'ledger.db'), remove: () => rm(folder, { recursive: true }) }
  const { DATABASE_URL } = process.env
  if (DATABASE_URL === undefined) return [file]
  const schema = `llm_bench_${process.pid}`
  const { default: pg } = await import('pg')
  const run = async (statement: string): Promise<void> => {
    const client = new pg.Client(DATABASE_URL)
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  await run(`create schema if not exists ${schema}`)
  const url = new URL(DATABASE_URL)
  url.searchParams.set('options', `-c search_path=${schema}`)
  const settle = () =>
    run(`vacuum analyze ${['requests', 'attempts', 'usage_days'].map(name => `${schema}.llm_${name}`).join(', ')}`)
  return [file, { name: 'PostgreSQL', url: url.href, settle, remove: () => run(`drop schema ${schema} cascade`) }]
}

async function closePlaces(places: readonly Place[]): Promise<void> {
  for (const { remove } of places) await remove?.()
}

function startWorker(url: string | undefined) {
  const child = fork(new URL('../ledger-worker.ts', import.meta.url), url === undefined ? [] : [url])
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The worker of the ledger ended with ${String(code)} before its time.`)
  })
  failed.catch(() => undefined)
  return {
    async ask(question: LedgerQuestion): Promise<Measures> {
      const answered = once(child, 'message') as Promise<[Measures]>
      child.send(question)
      const [measures] = await Promise.race([answered, failed])
      return measures
    },
    stop: () => void child.kill(),
  }
}
