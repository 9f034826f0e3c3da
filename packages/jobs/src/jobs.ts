import { ConfigurationError, lazy, ValidationError } from '@llm/core'
import { isShared, openDatabase, RETENTION_SECONDS, type JobDatabase } from './database.ts'
import type { Job, JobFilter, JobPage, JobState, NewJob } from './job.ts'
import { storeError } from './job-error.ts'
import { jobId, readJob } from './job-request.ts'
import { CALLBACKS, JOBS } from './job-table.ts'
import { checkFilter } from './job-filter.ts'
import { readSettings, type JobsSettings, type ResolvedSettings } from './settings.ts'
import { startWorker, type JobWorker, type RunningWorker, type WorkOptions } from './worker.ts'

/** How to wait for a job. */
export interface WaitOptions {
  /** Ends the wait, with the signal's reason; the job goes on. */
  readonly signal?: AbortSignal | undefined
}

/** Background jobs. Every method opens the database first, where that has not been done. */
export interface Jobs {
  /**
   * Queues a call to a model, to be made by a worker. Gives the id of the job, once it is kept.
   *
   * @throws {@link ValidationError} for a request that is not plain data, or wrong in itself; {@link JobStoreError} where
   * the job could not be kept.
   */
  startJob(job: NewJob): Promise<string>
  /** A job as it is now; `undefined` where there is none, or none any more. */
  job(id: string): Promise<Job | undefined>
  /**
   * Waits until a job is completed, failed or cancelled.
   *
   * @throws {@link ValidationError} where there is no such job.
   */
  wait(id: string, options?: WaitOptions): Promise<Job>
  /** The jobs of an owner, or all of them. The failed ones are the dead letters. */
  list(filter?: JobFilter): Promise<JobPage>
  /** Ends a job, also one that is being done. Tells whether there was something to end. */
  cancel(id: string): Promise<boolean>
  /** Queues a failed or cancelled job again, for as many attempts as at first. Tells whether it was one. */
  retry(id: string): Promise<boolean>
  /** Does jobs in this process, from now on. */
  work(options: WorkOptions): Promise<JobWorker>
  /**
   * Opens the database, and makes its tables where they are missing.
   *
   * @throws {@link JobStoreError} or {@link ConfigurationError} that says what is in the way.
   */
  ready(): Promise<void>
  /** Stops the workers of this process, each as {@link JobWorker.stop} does, and lets go of the database. */
  close(options?: { readonly timeout?: number | undefined }): Promise<void>
}

/**
 * Background jobs for calls to models: kept in a folder for one process, or in PostgreSQL for any number of workers on any
 * number of machines. A job is done at least once; what came of it is written once.
 *
 * @throws {@link ConfigurationError} for settings that are wrong.
 * @example
 * ```ts
 * import { createJobs } from '@llm/jobs'
 * import { mock } from '@llm/provider-mock'
 *
 * const jobs = createJobs({ folder: './jobs' })
 * const worker = await jobs.work({ providers: { mock: mock() }, concurrency: 20 })
 *
 * const request = { model: 'any', messages: [{ role: 'user' as const, content: 'Hello!' }] }
 * const id = await jobs.startJob({ provider: 'mock', request, userId: 'ada' })
 * const { state, error } = await jobs.wait(id)
 *
 * await worker.stop()
 * await jobs.close()
 * ```
 */
export function createJobs(settings: JobsSettings = {}): Jobs {
  return new JobQueue(readSettings(settings))
}

const ENDED: ReadonlySet<JobState> = new Set(['completed', 'failed', 'cancelled'] as const)

class JobQueue implements Jobs {
  readonly #settings: ResolvedSettings
  readonly #workers: Set<RunningWorker> = new Set()
  readonly #open: () => Promise<JobDatabase>
  #opening: Promise<JobDatabase> | undefined
  #closing: Promise<void> | undefined

  constructor(settings: ResolvedSettings) {
    this.#settings = settings
    this.#open = lazy(() => {
      this.#refuseClosed()
      return (this.#opening = openDatabase(settings))
    })
  }

  async startJob(job: NewJob): Promise<string> {
    const data = await readJob(job, this.#settings)
    const id = jobId(job)
    const { heartbeatMs, retryDelayMs } = this.#settings
    const { priority = 0, startAfter, callbackUrl } = job
    await this.#use(({ boss, keep }) =>
      boss.send(JOBS, data, {
        id,
        priority,
        ...(startAfter !== undefined && { startAfter: momentOf(startAfter) }),
        retryLimit: data.maxAttempts - 1,
        // For attempts whose worker is lost: the others say themselves when they are to be tried again.
        retryDelay: Math.ceil(retryDelayMs / 1000),
        retryBackoff: true,
        retryDelayMax: 600,
        expireInSeconds: Math.ceil((data.timeout + heartbeatMs) / 1000),
        ...(isShared(this.#settings) && { heartbeatSeconds: Math.ceil(heartbeatMs / 1000) }),
        retentionSeconds: RETENTION_SECONDS,
        deleteAfterSeconds: keep.failed,
        // Where pg-boss ends it by itself, its callback is queued in the same statement.
        ...(callbackUrl !== undefined && { deadLetter: CALLBACKS }),
      }),
    )
    if (startAfter === undefined) this.#wake()
    return id
  }

  job(id: string): Promise<Job | undefined> {
    return this.#use(({ table }) => table.find(id))
  }

  async wait(id: string, { signal }: WaitOptions = {}): Promise<Job> {
    for (;;) {
      signal?.throwIfAborted()
      const state = await this.#use(({ table }) => table.stateOf(id))
      if (state === undefined || ENDED.has(state)) break
      await pause(this.#settings.pollMs, signal)
    }
    const job = await this.job(id)
    if (job !== undefined) return job
    throw new ValidationError({
      message: `There is no job ${JSON.stringify(id.slice(0, 50))}.`,
      hint: 'Pass what startJob() gave. Jobs are deleted some time after their end: see keepMs.',
      parameter: 'id',
    })
  }

  list(filter: JobFilter = {}): Promise<JobPage> {
    checkFilter(filter)
    return this.#use(({ table }) => table.list(filter))
  }

  async cancel(id: string): Promise<boolean> {
    const written = await this.#use(({ table }) => table.cancel(id))
    for (const worker of this.#workers) worker.abort(id)
    this.#wake()
    return written !== undefined
  }

  async retry(id: string): Promise<boolean> {
    const written = await this.#use(({ table }) => table.retry(id))
    this.#wake()
    return written !== undefined
  }

  async work(options: WorkOptions): Promise<JobWorker> {
    const settings = this.#settings
    const worker = await this.#use(async database => {
      const started = startWorker({ database, settings }, options)
      this.#workers.add(started)
      return started
    })
    const stop = async ({
      timeout = settings.timeout,
    }: { readonly timeout?: number | undefined } = {}): Promise<void> => {
      await worker.stop(timeout)
      this.#workers.delete(worker)
    }
    return { stop }
  }

  async ready(): Promise<void> {
    await this.#use(async () => undefined)
  }

  close({ timeout = this.#settings.timeout }: { readonly timeout?: number | undefined } = {}): Promise<void> {
    return (this.#closing ??= this.#close(timeout))
  }

  async #close(timeout: number): Promise<void> {
    await Promise.all([...this.#workers].map(worker => worker.stop(timeout)))
    const database = await this.#opening?.catch(() => undefined)
    await database?.close()
  }

  #refuseClosed(): void {
    if (this.#closing === undefined) return
    throw new ConfigurationError({ message: 'The jobs were closed.', hint: 'Make new ones with createJobs().' })
  }

  #wake(): void {
    for (const worker of this.#workers) worker.wake()
  }

  async #use<T>(use: (database: JobDatabase) => Promise<T>): Promise<T> {
    this.#refuseClosed()
    try {
      const database = await this.#open()
      this.#refuseClosed()
      return await use(database)
    } catch (error) {
      throw storeError(error)
    }
  }
}

/** A span is counted by the database's clock, which workers go by too. */
function momentOf(startAfter: Date | number): string {
  return typeof startAfter === 'number' ? `${String(Math.round(startAfter))} milliseconds` : startAfter.toISOString()
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end)
      resolve()
    }, ms)
    signal?.addEventListener('abort', end, { once: true })
  })
}
