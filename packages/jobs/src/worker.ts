import { ConfigurationError, isRecord, type Provider } from '@llm/core'
import type { JobDatabase } from './database.ts'
import type { JobPayload } from './job-request.ts'
import { CALLBACKS, JOBS } from './job-table.ts'
import { QueueWorker, type QueueWork } from './queue-worker.ts'
import { runCallback, type CallbackPayload } from './run-callback.ts'
import { runJob, type ResolveProvider } from './run-job.ts'
import type { ResolvedSettings } from './settings.ts'

/** How to do jobs. */
export interface WorkOptions {
  /**
   * The providers that jobs name, or a function that finds one. They are used as they are: give them the same middleware
   * as any other provider, such as limits that all workers share.
   */
  readonly providers: Readonly<Record<string, Provider>> | ResolveProvider
  /**
   * How many jobs are done at once in this process.
   *
   * @default 10
   */
  readonly concurrency?: number | undefined
}

/** Does jobs until it is stopped. */
export interface JobWorker {
  /**
   * Takes no more jobs and waits for those under way. Those that are not done after `timeout` milliseconds (the setting
   * `timeout`, where it is not given) are ended, and go back to the queue without counting as an attempt.
   */
  stop(options?: { readonly timeout?: number | undefined }): Promise<void>
}

/** A worker, as the queue of its process sees it. */
export interface RunningWorker {
  wake(): void
  abort(id: string): void
  stop(timeout: number): Promise<void>
}

const MOST = 1000

/** Callbacks are few and short. Receivers that are away are so for longer than hosts. */
const CALLBACKS_AT_ONCE = 5
const CALLBACK_DELAYS = 5
const LONGEST_CALLBACK_DELAY = 6 * 3_600_000
/** As the queue has it. */
const CALLBACK_HEARTBEAT = 60_000

/** @throws {@link ConfigurationError} for options that are wrong. */
export function startWorker(
  { database, settings }: { readonly database: JobDatabase; readonly settings: ResolvedSettings },
  options: WorkOptions,
): RunningWorker {
  const { resolve, concurrency } = readOptions(options)
  const { table } = database
  const { pollMs, heartbeatMs, retryDelayMs, logger, callbacks } = settings
  const jobs = new QueueWorker<JobPayload>(database, {
    ...{ name: JOBS, concurrency, pollMs, heartbeatMs, retryDelayMs, logger },
    handle: (job, signal) => runJob(job, signal, { table, settings, resolve }),
  })
  const calls: QueueWork<CallbackPayload> | undefined = callbacks && {
    ...{ name: CALLBACKS, concurrency: CALLBACKS_AT_ONCE, pollMs, heartbeatMs: CALLBACK_HEARTBEAT, logger },
    retryDelayMs: retryDelayMs * CALLBACK_DELAYS,
    longestDelayMs: LONGEST_CALLBACK_DELAY,
    handle: (job, signal) => runCallback(job, signal, { table, settings: callbacks }),
    onFailed: (job, failure) => {
      logger.error({ jobId: job.sourceId, code: failure.code }, `A callback is given up: ${failure.message}`)
    },
  }
  const workers = [jobs, ...(calls === undefined ? [] : [new QueueWorker<CallbackPayload>(database, calls)])]
  return {
    wake: () => {
      for (const worker of workers) worker.wake()
    },
    abort: id => {
      jobs.abort(id, 'The job was cancelled.')
    },
    stop: async timeout => {
      await Promise.all(workers.map(worker => worker.stop(timeout)))
    },
  }
}

function readOptions({ providers, concurrency = 10, ...others }: WorkOptions): {
  readonly resolve: ResolveProvider
  readonly concurrency: number
} {
  const unknown = Object.keys(others)[0]
  if (unknown !== undefined) throw wrong(`${unknown} is no option`, 'It takes: providers, concurrency.')
  if (!(Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= MOST)) {
    throw wrong(`concurrency is no whole number from 1 to ${String(MOST)}`, 'Give one, such as 20.')
  }
  if (typeof providers === 'function') return { resolve: providers, concurrency }
  if (!isRecord(providers)) throw wrong('providers is missing', 'Pass { providers: { name: provider } }.')
  const named = new Map(Object.entries(providers))
  return { resolve: name => named.get(name), concurrency }
}

function wrong(problem: string, hint: string): ConfigurationError {
  return new ConfigurationError({ message: `The options of a worker are wrong: ${problem}.`, hint })
}
