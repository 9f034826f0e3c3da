import { silentLogger, type Logger } from '@llm/core'
import type { JobWithMetadata, PgBoss } from 'pg-boss'
import { afterEach, expect, test } from 'vitest'
import type { JobDatabase } from './database.ts'
import type { JobFailure } from './job.ts'
import type { Attempt, JobTable, Written } from './job-table.ts'
import { QueueWorker, type QueueWork } from './queue-worker.ts'

// How a worker meets a database that does what no real one does when it is told to. The real ones are in jobs.test.ts.

interface Fake {
  readonly database: JobDatabase
  /** What was written, in order. */
  readonly written: string[]
  readonly failures: JobFailure[]
}

/** Has one job. `complete` decides what writing its result does; `alive` is what a sign of life finds. */
function fake({
  complete = async () => 'completed',
  alive = true,
}: {
  complete?: () => Promise<Written>
  alive?: boolean
}): Fake {
  const written: string[] = []
  const failures: JobFailure[] = []
  const waiting = [{ id: 'j1', retryCount: 0, retryLimit: 4 }]
  const boss = {
    fetch: async () => waiting.splice(0),
    touch: async () => ({ settled: alive ? ['j1'] : [] }),
  } as unknown as PgBoss
  const table = {
    complete: async () => {
      const state = await complete()
      written.push('complete')
      return state
    },
    fail: async (_: Attempt, failure: JobFailure, delay: number | undefined) => {
      written.push(delay === undefined ? 'fail for good' : 'fail')
      failures.push(failure)
      return delay === undefined ? 'failed' : 'queued'
    },
    release: async () => {
      written.push('release')
      return 'queued'
    },
  } as unknown as JobTable
  const database = { boss, table, keep: { ended: 1, failed: 1 }, close: async () => undefined }
  return { database, written, failures }
}

const workers: QueueWorker<object>[] = []
afterEach(async () => {
  await Promise.all(workers.splice(0).map(worker => worker.stop(0)))
})

function work({ database }: Fake, changes: Partial<QueueWork<object>> = {}): QueueWorker<object> {
  const worker = new QueueWorker<object>(database, {
    ...{ name: 'jobs', concurrency: 2, pollMs: 5, heartbeatMs: 60, retryDelayMs: 1, logger: silentLogger },
    handle: async () => ({ result: 1 }),
    ...changes,
  })
  workers.push(worker)
  return worker
}

function recorder(): Logger & { readonly said: string[] } {
  const said: string[] = []
  const say = (_: object, message: string): void => void said.push(message)
  return { said, debug: say, info: say, warn: say, error: say }
}

const never = (): Promise<never> => new Promise(() => undefined)

test('an answer that could not be written is written when the database is back', async () => {
  let tries = 0
  const queue = fake({
    complete: async () => {
      tries += 1
      if (tries === 1) throw new Error('The connection was lost.')
      return 'completed'
    },
  })
  work(queue, { heartbeatMs: 5000 })
  await expect.poll(() => queue.written).toEqual(['complete'])
  expect(tries).toBe(2)
})

test('one that never comes back is told of, and the job left to be done again', async () => {
  const queue = fake({ complete: () => Promise.reject(new Error('The connection was lost.')) })
  const logger = recorder()
  work(queue, { logger })
  await expect.poll(() => logger.said).toContainEqual(expect.stringMatching(/job j1 could not be written/))
  expect(queue.written).toEqual([])
})

test.each(['22P05', '54000'])('a result that the database will not have (%s) fails the job for good', async code => {
  const queue = fake({ complete: () => Promise.reject(Object.assign(new Error('No.'), { code })) })
  const lost: string[] = []
  work(queue, { onFailed: ({ id }, failure) => lost.push(`${id} ${failure.code}`) })
  await expect.poll(() => queue.written).toEqual(['fail for good'])
  expect(queue.failures[0]).toMatchObject({ code: 'job_store', retryable: false, hint: expect.stringMatching(/media/) })
  expect(lost).toEqual(['j1 job_store'])
})

test('a job that was given to another is ended, and nothing of it written', async () => {
  const queue = fake({ alive: false })
  const ended = Promise.withResolvers<unknown>()
  const handle = (_: JobWithMetadata<object>, signal: AbortSignal): Promise<never> => {
    signal.addEventListener('abort', () => {
      ended.resolve(signal.reason)
    })
    return never()
  }
  work(queue, { handle })
  expect(await ended.promise).toMatchObject({ code: 'aborted', message: expect.stringContaining('another worker') })
  expect(queue.written).toEqual([])
})

test('a job that does not listen is given back when its worker has to stop', async () => {
  const queue = fake({})
  const begun = Promise.withResolvers<undefined>()
  const worker = work(queue, {
    handle: () => {
      begun.resolve(undefined)
      return never()
    },
  })
  await begun.promise
  await worker.stop(1)
  expect(queue.written).toEqual(['release'])
})

test('a database that does not answer is asked again, and told of once', async () => {
  const queue = fake({})
  const logger = recorder()
  const fetch = queue.database.boss.fetch.bind(queue.database.boss)
  let tries = 0
  queue.database.boss.fetch = (async (...args: Parameters<PgBoss['fetch']>) => {
    tries += 1
    if (tries < 3) throw new Error('The connection was lost.')
    return fetch(...args)
  }) as PgBoss['fetch']
  work(queue, { logger })
  await expect.poll(() => queue.written).toEqual(['complete'])
  expect(logger.said).toEqual([
    'Jobs cannot be taken from the database. It is asked again.',
    'The database of the jobs is back.',
  ])
})
