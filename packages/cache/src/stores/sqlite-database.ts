import { closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type * as sqlite from 'node:sqlite'
import type { DatabaseSync } from 'node:sqlite'
import { ConfigurationError } from '@llm/core'

/** Written into the file's header, so that no other database is taken for a cache: the bytes of `LLMC`. */
export const APPLICATION_ID = 0x4c4c4d43
const SCHEMA_VERSION = 1

/** https://www.sqlite.org/rescode.html */
const CORRUPT: readonly unknown[] = [11, 26]

/** How long a writer waits for the writer of another process. Nothing else runs meanwhile. */
const BUSY_MS = 2000

const SCHEMA = `
  CREATE TABLE entries (
    key TEXT PRIMARY KEY, value TEXT NOT NULL, bytes INTEGER NOT NULL, expires_at INTEGER, used_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX entries_used_at ON entries (used_at);
  CREATE INDEX entries_expires_at ON entries (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE totals (entries INTEGER NOT NULL, bytes INTEGER NOT NULL, evictions INTEGER NOT NULL) STRICT;
  INSERT INTO totals VALUES (0, 0, 0);
  CREATE TRIGGER entries_insert AFTER INSERT ON entries BEGIN
    UPDATE totals SET entries = entries + 1, bytes = bytes + new.bytes;
  END;
  CREATE TRIGGER entries_update AFTER UPDATE OF bytes ON entries BEGIN
    UPDATE totals SET bytes = bytes - old.bytes + new.bytes;
  END;
  CREATE TRIGGER entries_delete AFTER DELETE ON entries BEGIN
    UPDATE totals SET entries = entries - 1, bytes = bytes - old.bytes;
  END;`

/** An open cache file, and what tells whether it is still the one at its path. */
export interface OpenFile {
  readonly database: DatabaseSync
  readonly path: string
  readonly identity: string | undefined
}

/** A file is damaged, or no database. */
export class CorruptFileError extends Error {
  readonly identity: string | undefined

  constructor(identity: string | undefined, cause: Error) {
    super(cause.message, { cause })
    this.identity = identity
  }
}

/**
 * Opens a cache file, and makes it where it is missing.
 *
 * @throws {@link CorruptFileError} where it is damaged.
 */
export function openDatabase(path: string): OpenFile {
  mkdirSync(dirname(path), { recursive: true })
  // Answers may be private: SQLite gives the files beside it the permissions of this one.
  closeSync(openSync(path, 'a', 0o600))
  const identity = identityOf(path)
  const { DatabaseSync } = loadSqlite()
  const database = new DatabaseSync(path, { timeout: BUSY_MS })
  try {
    prepare(database, path)
  } catch (error) {
    database.close()
    throw isCorrupt(error) ? new CorruptFileError(identity, error) : error
  }
  return { database, path, identity }
}

/** Which file is at a path. The number of one that is gone may be given to another. */
export function identityOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats && `${String(stats.ino)} ${String(stats.birthtimeMs)}`
}

function prepare(database: DatabaseSync, path: string): void {
  if (isPrepared(database, path)) return setModes(database)
  database.exec('PRAGMA auto_vacuum = INCREMENTAL')
  setModes(database)
  database.exec('BEGIN IMMEDIATE')
  try {
    // Another process may have been first.
    if (!isPrepared(database, path)) {
      database.exec(SCHEMA)
      database.exec(
        `PRAGMA application_id = ${String(APPLICATION_ID)}; PRAGMA user_version = ${String(SCHEMA_VERSION)}`,
      )
    }
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

/** Written entries survive the end of the process; those of the last moments may not survive that of the machine. */
function setModes(database: DatabaseSync): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 4194304')
}

function isPrepared(database: DatabaseSync, path: string): boolean {
  const id = numberOf(database, 'application_id')
  const version = numberOf(database, 'user_version')
  if (id === APPLICATION_ID && version === SCHEMA_VERSION) return true
  if (id === 0 && version === 0 && numberOf(database, 'schema_version') === 0) return false
  throw new ConfigurationError({
    message:
      id === APPLICATION_ID
        ? `The cache file ${path} is of version ${String(version)}, and this is version ${String(SCHEMA_VERSION)}.`
        : `The database ${path} is no cache file.`,
    hint: 'Give the cache another path.',
  })
}

function numberOf(database: DatabaseSync, pragma: string): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma])
}

/** Where it is missing, only this store does not work. */
function loadSqlite(): typeof sqlite {
  const loaded: typeof sqlite | undefined = process.getBuiltinModule('node:sqlite')
  if ((loaded as unknown) !== undefined) return loaded
  throw new ConfigurationError({
    message: 'This runtime has no node:sqlite.',
    hint: 'Use Node 22.13 or newer, or give the cache another store, such as memoryStore().',
  })
}

/** Whether an error says that the file is damaged or no database. */
export function isCorrupt(error: unknown): error is Error {
  const { errcode } = (error ?? {}) as { readonly errcode?: unknown }
  // The low byte is the kind, whatever the rest details.
  return typeof errcode === 'number' && CORRUPT.includes(errcode & 0xff)
}
