import type { Logger } from '@llm/core'
import type { ConstructorOptions, PgBoss } from 'pg-boss'
import { retryDelay, WORKER_LOST } from './failure.ts'
import { JobStoreError, storeError } from './job-error.ts'
import { CALLBACKS, JOBS, JobTable, type KeepSeconds } from './job-table.ts'
import { openEmbedded } from './pglite-database.ts'
import type { ResolvedSettings } from './settings.ts'

/** An open queue. */
export interface JobDatabase {
  readonly boss: PgBoss
  readonly table: JobTable
  readonly keep: KeepSeconds
  close(): Promise<void>
}

/** What waits is not thrown away because nobody worked for two weeks, which is what pg-boss does by default. */
export const RETENTION_SECONDS: number = 10 * 365 * 86_400

const CONNECTIONS = 10
const VACUUM_MS = 3_600_000

/**
 * Opens the queue, and makes its tables where they are missing.
 *
 * @throws {@link JobStoreError} or {@link ConfigurationError} that says what is in the way.
 */
export async function openDatabase(settings: ResolvedSettings): Promise<JobDatabase> {
  const { place } = settings
  if ('url' in place) return openQueue(settings, { connectionString: place.url, max: CONNECTIONS })
  const embedded = await openEmbedded(place.folder)
  try {
    // Its one process is this one: nothing else vacuums, and indexes need not be rebuilt beside others' work.
    const options = { db: embedded, backend: 'pglite', monitorVacuum: false, reindex: false } as const
    const queue = await openQueue(settings, options)
    await takeBack(queue.table, settings)
    const vacuum = setInterval(() => void queue.table.vacuum().catch(report(settings.logger)), VACUUM_MS).unref()
    const close = async (): Promise<void> => {
      clearInterval(vacuum)
      await queue.close()
      await embedded.close()
    }
    return { ...queue, close }
  } catch (error) {
    await embedded.close()
    throw error
  }
}

async function openQueue(settings: ResolvedSettings, options: ConstructorOptions): Promise<JobDatabase> {
  const { schema, heartbeatMs, logger } = settings
  const { getConstructionPlans, PgBoss } = await import('pg-boss')
  const supervise = Math.max(1, Math.round(heartbeatMs / 5000))
  const boss = new PgBoss({
    schema,
    schedule: false,
    superviseIntervalSeconds: supervise,
    monitorIntervalSeconds: supervise,
    application_name: '@llm/jobs',
    ...options,
  })
  boss.on('error', report(logger))
  boss.on('warning', ({ message, data }) => {
    logger.warn(data, message)
  })
  const keep = { ended: keepSeconds(settings.keepMs), failed: keepSeconds(settings.keepFailedMs) }
  const table = new JobTable(boss, { schema, keep })
  const close = (): Promise<void> => boss.stop({ graceful: false, close: true })
  try {
    await boss.start()
    checkVersion(await boss.schemaVersion(), getConstructionPlans(schema))
    const retention = { retentionSeconds: RETENTION_SECONDS, deleteAfterSeconds: keep.failed }
    await boss.createQueue(CALLBACKS, {
      ...retention,
      retryLimit: 12,
      ...(isShared(settings) && { heartbeatSeconds: 60 }),
    })
    await boss.createQueue(JOBS, retention)
    await table.createIndexes()
    return { boss, table, keep, close }
  } catch (error) {
    await close().catch(() => undefined)
    throw storeError(error)
  }
}

/**
 * Whether workers of other processes do these jobs too. Only then must a worker tell that it is alive: on a folder, it is
 * gone when this process is.
 */
export function isShared({ place }: Pick<ResolvedSettings, 'place'>): boolean {
  return 'url' in place
}

/** pg-boss goes on with tables that it does not know. `plans` says which ones it would make. */
function checkVersion(found: number | null, plans: string): void {
  const known = Number(/version\(version\) VALUES \('(\d+)'\)/.exec(plans)?.[1])
  if (found === null || found <= known) return
  throw new JobStoreError({
    message: `The tables of the jobs are of a newer version (${String(found)}) than this process knows (${String(known)}).`,
    hint: 'Update @llm/jobs and pg-boss here. Nothing was changed.',
    retryable: false,
  })
}

/** Whatever an embedded queue says is active was so in a process that is gone: the folder's lock says that it is. */
async function takeBack(table: JobTable, settings: ResolvedSettings): Promise<void> {
  for (const attempt of await table.claimed()) {
    await table.fail(attempt, WORKER_LOST, retryDelay(WORKER_LOST, attempt.retryCount + 1, settings))
  }
  await table.vacuum()
}

function keepSeconds(ms: number): number {
  return ms === Infinity ? 0 : Math.min(Math.ceil(ms / 1000), 2 ** 31 - 1)
}

function report(logger: Logger): (error: unknown) => void {
  return error => {
    const { message, hint, cause } = storeError(error)
    logger.error({ hint, cause: cause instanceof Error ? cause.message : undefined }, message)
  }
}
