import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '@llm/core/testing'
import { createJobs, type JobsSettings } from '@llm/jobs'
import { createStore, type Store } from '@llm/store'
import { endsOf } from './ends.ts'

/** What to do to which queue. */
export interface KillPlan {
  /** PostgreSQL; without it, a folder. */
  readonly url?: string | undefined
  readonly jobs: number
  /** How many processes do them. A folder has one. */
  readonly workers: number
  /** How many of these are killed, one after another, each replaced by a new one. */
  readonly kills: number
  /** How long one is at work at most before it is killed. */
  readonly killWithinMs: number
  readonly concurrency: number
  /** How long a call takes. */
  readonly callMs: number
  /** Jobs that end whatever process does them. */
  readonly poisoned?: number | undefined
  readonly seed: number
}

/** What a worker process is told. */
export interface WorkerOrder {
  readonly settings: JobsSettings
  readonly ledger: string
  readonly concurrency: number
  readonly callMs: number
}

/** What came of it. */
export interface KillReport {
  readonly jobs: number
  /** Jobs that ended once, as completed. */
  readonly completedOnce: number
  /** Those that ended otherwise: how, and how many. */
  readonly otherwise: Readonly<Record<string, number>>
  /** Jobs with at least one answer in the ledger, and answers in it. */
  readonly answered: number
  readonly answers: number
  readonly interrupted: number
  readonly killed: number
  readonly startsPerSecond: number
  /** From the first worker to the last end, restarts and waits for lost workers included. */
  readonly seconds: number
}

const POISON_ATTEMPTS = 2

/** Starts jobs, kills the processes that do them at random moments, and counts how the jobs ended. */
export async function killWorkers(plan: KillPlan): Promise<KillReport> {
  const folder = await mkdtemp(join(tmpdir(), 'llm-kill-'))
  const schema = `jobs_kill_${String(process.pid)}_${String(plan.seed)}`
  const place = plan.url === undefined ? { folder } : { url: plan.url, schema }
  const settings: JobsSettings = { ...place, pollMs: 100, heartbeatMs: 10_000, retryDelayMs: 200, maxAttempts: 20 }
  const ends = endsOf({ ...place, schema: plan.url === undefined ? 'llm_jobs' : schema })
  try {
    const { ids, startsPerSecond } = await startJobs(settings, plan)
    await ends.watch()
    const ledger = plan.url === undefined ? join(folder, 'ledger.db') : ledgerUrl(plan.url, schema)
    const order = { settings, ledger, concurrency: plan.concurrency, callMs: plan.callMs }
    const began = performance.now()
    const killed = await new Herd(order, plan).run()
    const seconds = (performance.now() - began) / 1000
    const store = createStore({ url: ledger })
    const counted = { ...countEnds(ids, await ends.read()), ...(await countAnswers(store)) }
    await store.close()
    return { jobs: ids.length, ...counted, killed, startsPerSecond, seconds }
  } finally {
    await ends.remove()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function startJobs(
  settings: JobsSettings,
  { jobs: count, poisoned = 0 }: KillPlan,
): Promise<{ readonly ids: readonly string[]; readonly startsPerSecond: number }> {
  const jobs = createJobs(settings)
  await jobs.ready()
  const began = performance.now()
  const start = (provider: string, options: object = {}): Promise<string> => {
    const request = { model: 'any', messages: [{ role: 'user' as const, content: 'Hello!' }] }
    return jobs.startJob({ provider, request, ...options })
  }
  const ids: string[] = []
  while (ids.length < count) {
    ids.push(...(await Promise.all(Array.from({ length: Math.min(50, count - ids.length) }, () => start('mock')))))
  }
  const startsPerSecond = (count / (performance.now() - began)) * 1000
  for (let number = 0; number < poisoned; number++) ids.push(await start('poison', { maxAttempts: POISON_ATTEMPTS }))
  await jobs.close()
  return { ids, startsPerSecond }
}

/** Worker processes, of which some are killed. */
class Herd {
  readonly #order: WorkerOrder
  readonly #plan: KillPlan
  readonly #children: Set<ChildProcess> = new Set()
  readonly #working: Set<ChildProcess> = new Set()
  readonly #done = Promise.withResolvers<undefined>()
  #killsLeft: number

  constructor(order: WorkerOrder, plan: KillPlan) {
    this.#order = order
    this.#plan = plan
    this.#killsLeft = plan.kills
  }

  /** Until all jobs have ended; tells how many processes were killed, by us and by poison. */
  async run(): Promise<number> {
    let killed = 0
    const keep = async (): Promise<void> => {
      const child = this.#spawn()
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
      this.#children.delete(child)
      this.#working.delete(child)
      if (signal !== 'SIGKILL') return
      killed += 1
      await keep()
    }
    const kept = Promise.all(Array.from({ length: this.#plan.workers }, keep))
    await this.#killSome()
    await this.#done.promise
    for (const child of this.#children) child.kill('SIGTERM')
    await kept
    return killed
  }

  #spawn(): ChildProcess {
    const file = new URL('./worker-process.ts', import.meta.url)
    const child = fork(file, [JSON.stringify(this.#order)], { execArgv: ['--conditions=@llm/source', '--no-warnings'] })
    child.on('message', message => {
      if (message === 'working') this.#working.add(child)
      if (message === 'done' && this.#killsLeft === 0) this.#done.resolve(undefined)
    })
    this.#children.add(child)
    return child
  }

  /** Each is at work when it is killed, at a moment that depends on nothing. */
  async #killSome(): Promise<void> {
    const random = createRandom(this.#plan.seed)
    while (this.#killsLeft > 0) {
      await sleep(random.next() * this.#plan.killWithinMs)
      const victim = [...this.#working][Math.floor(random.next() * this.#working.size)]
      if (victim?.kill('SIGKILL') !== true) continue
      this.#working.delete(victim)
      this.#killsLeft -= 1
    }
  }
}

function countEnds(
  ids: readonly string[],
  ends: ReadonlyMap<string, readonly string[]>,
): Pick<KillReport, 'completedOnce' | 'otherwise'> {
  const otherwise: Record<string, number> = {}
  let completedOnce = 0
  for (const id of ids) {
    const how = ends.get(id)?.join(', ') ?? 'never'
    if (how === 'completed') completedOnce += 1
    else otherwise[how] = (otherwise[how] ?? 0) + 1
  }
  return { completedOnce, otherwise }
}

async function countAnswers(store: Store): Promise<Pick<KillReport, 'answered' | 'answers' | 'interrupted'>> {
  const answered = new Set<string | undefined>()
  let answers = 0
  let interrupted = 0
  for (let cursor: string | undefined, more = true; more;) {
    const page = await store.requests.list({ limit: 1000, cursor })
    for (const { status, callId } of page.items) {
      if (status !== 'success') interrupted += 1
      else {
        answered.add(callId)
        answers += 1
      }
    }
    cursor = page.nextCursor
    more = cursor !== undefined
  }
  return { answered: answered.size, answers, interrupted }
}

function ledgerUrl(url: string, schema: string): string {
  const place = new URL(url)
  place.searchParams.set('options', `-c search_path=${schema}`)
  return place.href
}
