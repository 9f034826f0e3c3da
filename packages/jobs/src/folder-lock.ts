import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigurationError } from '@llm/core'
import { JobStoreError } from './job-error.ts'

const SQLITE_BUSY = 5

/**
 * Takes a folder for this process, and answers with a function that lets go of it. The lock is one of the operating system,
 * by way of SQLite, so that it ends with the process however that ends: there is no stale one to guess about.
 *
 * @throws {@link ConfigurationError} where another process, or this one, has the folder; {@link JobStoreError} where it
 * cannot be written to.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const { DatabaseSync } = await import('node:sqlite')
  let lock
  try {
    // What is in it is for nobody else: prompts, answers, media.
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    lock = new DatabaseSync(join(folder, 'lock'))
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    return lock.close.bind(lock)
  } catch (cause) {
    lock?.close()
    if ((cause as { errcode?: number }).errcode === SQLITE_BUSY) {
      throw new ConfigurationError({
        message: `The jobs in ${folder} are in use, by another process or by this one.`,
        hint: 'An embedded database is for one process: close the other, or give both a url of PostgreSQL.',
      })
    }
    throw new JobStoreError({
      message: `The folder ${folder} cannot be used for jobs.`,
      hint: 'It must be a folder, with room, that this process may write to.',
      retryable: false,
      cause,
    })
  }
}
