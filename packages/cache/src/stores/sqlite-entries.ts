import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { identityOf, type OpenFile } from './sqlite-database.ts'
import type { CacheEntry, StoreStats } from './store.ts'

/** Room is made for more than one entry, so that not every one has to. */
const EVICT_TO = 0.9
/** Rows in one step of a clean-up: other processes may write between two. */
const STEP = 500
/** How many reads go by before it is written down what was read. */
const TOUCHES = 500

/** The entries of an open cache file. Every method throws what SQLite throws. */
export class SqliteEntries {
  #database: DatabaseSync
  #file: OpenFile
  #maxBytes: number
  #get: StatementSync
  #set: StatementSync
  #total: StatementSync
  #touch: StatementSync
  /** When entries were read, not yet written down. What is lost of it makes eviction a little less exact. */
  #touched: Map<string, number> = new Map()

  constructor(file: OpenFile, maxBytes: number) {
    const { database } = file
    this.#file = file
    this.#database = database
    this.#maxBytes = maxBytes
    this.#get = database.prepare('SELECT value, expires_at FROM entries WHERE key = ?')
    this.#set = database.prepare(
      `INSERT INTO entries (key, value, bytes, expires_at, used_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE
       SET value = excluded.value, bytes = excluded.bytes, expires_at = excluded.expires_at, used_at = excluded.used_at`,
    )
    this.#total = database.prepare('SELECT entries, bytes, evictions FROM totals')
    this.#touch = database.prepare('UPDATE entries SET used_at = ?2 WHERE key = ?1 AND used_at < ?2')
  }

  get(key: string): string | undefined {
    const row = this.#get.get(key) as { value: string; expires_at: number | null } | undefined
    const now = Date.now()
    if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return undefined
    this.#touched.set(key, now)
    if (this.#touched.size >= TOUCHES) this.#writeTouches()
    return row.value
  }

  set(key: string, { value, expiresAt }: CacheEntry): void {
    const bytes = Buffer.byteLength(key) + Buffer.byteLength(value)
    if (bytes > this.#maxBytes) return this.delete(key)
    this.#set.run(key, value, bytes, expiresAt ?? null, Date.now())
    this.#touched.delete(key)
    if (this.stats().bytes > this.#maxBytes) this.#evict()
  }

  delete(key: string): void {
    this.#database.prepare('DELETE FROM entries WHERE key = ?').run(key)
  }

  clear(prefix: string): void {
    this.#touched.clear()
    const clear = this.#database.prepare(
      'DELETE FROM entries WHERE key IN (SELECT key FROM entries WHERE key >= ?1 AND key < ?2 LIMIT ?3)',
    )
    this.#inSteps(clear, prefix, afterAll(prefix), STEP)
    this.#database.exec('PRAGMA incremental_vacuum')
  }

  list(prefix: string): (readonly [string, string])[] {
    const rows = this.#database
      .prepare(
        `SELECT key, value FROM entries WHERE key >= ?1 AND key < ?2 AND (expires_at IS NULL OR expires_at > ?3)`,
      )
      .all(prefix, afterAll(prefix), Date.now()) as { key: string; value: string }[]
    return rows.map(({ key, value }) => [key, value] as const)
  }

  prune(): number {
    this.#writeTouches()
    const expire = this.#database.prepare(
      'DELETE FROM entries WHERE key IN (SELECT key FROM entries WHERE expires_at <= ? LIMIT ?)',
    )
    const pruned = this.#inSteps(expire, Date.now(), STEP)
    // Gives back free pages of the file, a few MB at a time: nothing else runs meanwhile.
    this.#database.exec('PRAGMA incremental_vacuum(2000)')
    return pruned
  }

  stats(): Required<{ [K in keyof StoreStats]: number }> {
    const { entries, bytes, evictions } = this.#total.get() as Record<string, number>
    return { entries: entries ?? 0, bytes: bytes ?? 0, evictions: evictions ?? 0 }
  }

  get identity(): string | undefined {
    return this.#file.identity
  }

  /** The file was removed or replaced by somebody else. */
  isGone(): boolean {
    return identityOf(this.#file.path) !== this.#file.identity
  }

  close(): void {
    try {
      this.#writeTouches()
    } catch {
      // It only makes eviction less exact.
    }
    this.#database.close()
  }

  /** What was used longest ago goes first. */
  #evict(): void {
    this.#writeTouches()
    this.#transaction(() => {
      let over = this.stats().bytes - this.#maxBytes * EVICT_TO
      const oldest = this.#database.prepare('SELECT rowid, bytes FROM entries ORDER BY used_at LIMIT ?')
      const remove = this.#database.prepare('DELETE FROM entries WHERE rowid = ?')
      const count = this.#database.prepare('UPDATE totals SET evictions = evictions + ?')
      while (over > 0) {
        let evicted = 0
        for (const { rowid, bytes } of oldest.all(STEP) as { rowid: number; bytes: number }[]) {
          if (over <= 0) break
          remove.run(rowid)
          over -= bytes
          evicted += 1
        }
        if (evicted === 0) return
        count.run(evicted)
      }
    })
  }

  #writeTouches(): void {
    if (this.#touched.size === 0) return
    const touched = this.#touched
    this.#touched = new Map()
    this.#transaction(() => {
      for (const [key, at] of touched) this.#touch.run(key, at)
    })
  }

  #inSteps(statement: StatementSync, ...parameters: (string | number)[]): number {
    let changed = 0
    for (;;) {
      const step = Number(statement.run(...parameters).changes)
      changed += step
      if (step < STEP) return changed
    }
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      work()
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#database.exec('ROLLBACK')
      throw error
    }
  }
}

/** What comes after every key that begins so: the last of all characters cannot be in one. */
function afterAll(prefix: string): string {
  return `${prefix}\u{10FFFF}`
}
