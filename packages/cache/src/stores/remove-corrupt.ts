import { closeSync, mkdirSync, openSync, readSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { APPLICATION_ID, identityOf } from './sqlite-database.ts'

/** Where SQLite keeps the application id. https://www.sqlite.org/fileformat2.html#application_id */
const APPLICATION_ID_OFFSET = 68

/** How old a lock may be before its owner has ended without taking it away. */
const STALE_MS = 10_000

/** What became of a damaged file. */
export type Removal = 'removed' | 'moved aside' | 'replaced by another process'

/**
 * Removes a damaged cache. A file that does not say that it is one may be somebody's work, and is only moved aside; one that
 * another process has put in its place is left alone. `undefined` where another process is at it.
 */
export function removeCorrupt(path: string, identity: string | undefined): Removal | undefined {
  const lock = `${path}.lock`
  if (!tryLock(lock)) return undefined
  try {
    if (identityOf(path) !== identity) return 'replaced by another process'
    const isOurs = readApplicationId(path) === APPLICATION_ID
    // The database goes last: a new one must not meet what belongs to the old one.
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
    if (isOurs) rmSync(path, { force: true })
    else renameSync(path, `${path}.corrupt`)
    return isOurs ? 'removed' : 'moved aside'
  } finally {
    rmdirSync(lock)
  }
}

/** Only one makes a folder. */
function tryLock(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (Date.now() - since > STALE_MS) rmSync(lock, { recursive: true, force: true })
    return false
  }
}

function readApplicationId(path: string): number | undefined {
  const header = Buffer.alloc(APPLICATION_ID_OFFSET + 4)
  const file = openSync(path, 'r')
  try {
    return readSync(file, header) < header.length ? undefined : header.readUInt32BE(APPLICATION_ID_OFFSET)
  } finally {
    closeSync(file)
  }
}
