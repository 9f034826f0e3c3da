import { AbortedError, type Logger } from '@llm/core'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import type { JobDatabase } from './database.ts'
import { describeFailure, retryDelay, type RetryPolicy } from './failure.ts'
import type { JobFailure } from './job.ts'
import { JobStoreError, storeError } from './job-error.ts'
import type { JobTable, Written } from './job-table.ts'

/** A queue to work on, and how. */
export interface QueueWork<T> extends RetryPolicy {
  readonly name: string
  readonly concurrency: number
  readonly pollMs: number
  readonly heartbeatMs: number
  readonly logger: Logger
  /** Does one job, and gives what is to be kept of it. A rejection is a failed attempt. */
  readonly handle: (job: JobWithMetadata<T>, signal: AbortSignal) => Promise<object>
  /** Told of a job that will not be tried again by itself. */
  readonly onFailed?: ((job: JobWithMetadata<T>, failure: JobFailure) => void) | undefined
}

interface Running {
  readonly job: { readonly id: string; readonly retryCount: number }
  readonly controller: AbortController
  readonly ended: Promise<void>
}

const LONGEST_PAUSE = 10_000
const CLAIM_GONE = 'The job was cancelled, or given to another worker.'

/**
 * Takes jobs from a queue as places are free, tells that it is alive while it does them, and writes down what came of each.
 * pg-boss's own worker holds a poller for each place, and cannot say when to try again.
 */
export class QueueWorker<T> {
  readonly #boss: PgBoss
  readonly #table: JobTable
  readonly #work: QueueWork<T>
  readonly #running: Map<string, Running> = new Map()
  readonly #looping: Promise<void>
  readonly #heart: NodeJS.Timeout
  #wake: () => void = () => undefined
  #woken = false
  #stopping = false
  #releasing = false
  #losses = 0

  constructor(database: JobDatabase, work: QueueWork<T>) {
    this.#table = database.table
    this.#boss = database.boss
    this.#work = work
    this.#heart = setInterval(() => void this.#beat(), work.heartbeatMs / 6)
    this.#looping = this.#loop()
  }

  /** Looks for jobs now. */
  wake(): void {
    this.#woken = true
    this.#wake()
  }

  /** Ends a job whose claim is gone. */
  abort(id: string, reason: string): void {
    this.#running.get(id)?.controller.abort(new AbortedError({ message: reason }))
  }

  /** Takes no more jobs, and waits for those under way; after `timeout` milliseconds these go back to the queue. */
  async stop(timeout: number): Promise<void> {
    this.#stopping = true
    this.wake()
    await this.#looping
    const ended = Promise.all([...this.#running.values()].map(running => running.ended))
    const late = new AbortController()
    await Promise.race([ended, pause(timeout, late.signal)])
    late.abort()
    this.#releasing = true
    for (const id of this.#running.keys()) this.abort(id, 'The worker is being stopped.')
    await ended
    clearInterval(this.#heart)
  }

  async #loop(): Promise<void> {
    while (!this.#stopping) {
      this.#woken = false
      const free = this.#work.concurrency - this.#running.size
      const jobs = free > 0 ? await this.#fetch(free) : []
      for (const job of jobs) this.#start(job)
      await this.#idle()
    }
  }

  async #fetch(batchSize: number): Promise<readonly JobWithMetadata<T>[]> {
    try {
      const jobs = await this.#boss.fetch<T>(this.#work.name, { batchSize, includeMetadata: true })
      if (this.#losses > 0) this.#work.logger.info({ queue: this.#work.name }, 'The database of the jobs is back.')
      this.#losses = 0
      return jobs
    } catch (error) {
      this.#losses += 1
      if (this.#losses === 1) this.#log(error, 'Jobs cannot be taken from the database. It is asked again.')
      return []
    }
  }

  async #idle(): Promise<void> {
    if (this.#stopping || (this.#woken && this.#losses === 0)) return
    const ms = Math.min(LONGEST_PAUSE, this.#work.pollMs * 2 ** Math.min(this.#losses, 10))
    const ended = new AbortController()
    await Promise.race([
      pause(Math.max(ms, this.#losses > 0 ? 100 : 0), ended.signal),
      new Promise<void>(resolve => (this.#wake = resolve)),
    ])
    ended.abort()
  }

  #start(job: JobWithMetadata<T>): void {
    const controller = new AbortController()
    const ended = this.#do(job, controller.signal)
      .catch((error: unknown) => {
        this.#log(error, `What came of job ${job.id} could not be written: it will be done again.`)
      })
      .finally(() => {
        this.#running.delete(job.id)
        this.wake()
      })
    this.#running.set(job.id, { job: { id: job.id, retryCount: job.retryCount }, controller, ended })
  }

  async #do(job: JobWithMetadata<T>, signal: AbortSignal): Promise<void> {
    const attempt = { id: job.id, retryCount: job.retryCount }
    const outcome = await Promise.race([this.#work.handle(job, signal), aborted(signal)]).then(
      output => ({ output }),
      (error: unknown) => ({ error }),
    )
    if ('output' in outcome) await this.#complete(job, outcome.output)
    else if (!signal.aborted) await this.#fail(job, outcome.error)
    else if (this.#releasing) await this.#write(() => this.#table.release(attempt))
  }

  async #complete(job: JobWithMetadata<T>, output: object): Promise<void> {
    try {
      await this.#write(() => this.#table.complete(job, output))
    } catch (error) {
      if (!isRefused(error)) throw error
      await this.#fail(job, unkeepable(error))
    }
  }

  async #fail(job: JobWithMetadata<T>, error: unknown): Promise<void> {
    const failure = describeFailure(error)
    const delay = retryDelay(failure, job.retryCount + 1, this.#work)
    const state = await this.#write(() => this.#table.fail(job, failure, delay))
    if (state === 'failed') this.#work.onFailed?.(job, failure)
    if (state === 'queued' && delay !== undefined && delay < LONGEST_PAUSE) {
      // A poll would find it as well, up to `pollMs` later.
      setTimeout(() => {
        this.wake()
      }, delay + 20).unref()
    }
  }

  /** An answer was paid for: it is not given up because the database is away for a moment. */
  async #write(write: () => Promise<Written>): Promise<Written> {
    const until = Date.now() + this.#work.heartbeatMs
    for (let wait = 100; ; wait *= 2) {
      try {
        return await write()
      } catch (error) {
        if (isRefused(error) || Date.now() + wait > until) throw error
        await pause(wait)
      }
    }
  }

  /** Says that the jobs are alive. Those that are not this worker's any more were cancelled, or given to another. */
  async #beat(): Promise<void> {
    const held = [...this.#running.values()]
    if (held.length === 0) return
    try {
      const attempts = held.map(({ job }) => job)
      const touched = await this.#boss.touch(this.#work.name, attempts)
      const { settled = attempts.map(({ id }) => id) } = touched as { settled?: readonly string[] }
      for (const { job, controller } of held) {
        if (!settled.includes(job.id)) controller.abort(new AbortedError({ message: CLAIM_GONE }))
      }
    } catch (error) {
      this.#log(error, 'The database of the jobs was not told that this worker is alive.')
    }
  }

  #log(error: unknown, message: string): void {
    const { message: problem, cause } = storeError(error)
    this.#work.logger.error({ problem, cause: cause instanceof Error ? cause.message : undefined }, message)
  }
}

/** Whether the database took in what was written and will not have it, now or later: data of a wrong form, or too much. */
function isRefused(error: unknown): boolean {
  return /^(?:22|54)/.test(String((error as { code?: unknown } | null)?.code))
}

function unkeepable(cause: unknown): JobStoreError {
  return new JobStoreError({
    message: 'The result of the job cannot be kept in the database.',
    hint: 'Where it is large because it has media in it, set mediaFolder or saveMedia.',
    retryable: false,
    cause,
  })
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener(
      'abort',
      () => {
        reject(signal.reason as Error)
      },
      { once: true },
    )
  })
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms)
    const end = (): void => {
      clearTimeout(timer)
      resolve()
    }
    signal?.addEventListener('abort', end, { once: true })
  })
}
