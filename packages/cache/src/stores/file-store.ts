import { checkSettings, silentLogger, type Logger, type SettingsSpec } from '@llm/core'
import { removeCorrupt } from './remove-corrupt.ts'
import { CorruptFileError, isCorrupt, openDatabase } from './sqlite-database.ts'
import { SqliteEntries } from './sqlite-entries.ts'
import type { CacheEntry, CacheStore, StoreStats } from './store.ts'

/** What {@link fileStore} takes. */
export interface FileStoreOptions {
  /**
   * The file. Its folder is made where it is missing.
   *
   * @default '.llm/cache.db'
   */
  readonly path?: string | undefined
  /**
   * The most bytes of keys and values. What was used longest ago makes room. The file is a little larger.
   *
   * @default 1 GiB
   */
  readonly maxBytes?: number | undefined
  /**
   * How many milliseconds there are between clean-ups in the background. They never keep the process running.
   *
   * @default 60_000
   */
  readonly cleanUpMs?: number | undefined
  /** Told of a corrupt file that was removed. Defaults to nobody. */
  readonly logger?: Logger | undefined
}

const SPEC: SettingsSpec<FileStoreOptions> = {
  path: { type: 'string' },
  maxBytes: { type: 'count' },
  cleanUpMs: { type: 'ms' },
  logger: { type: 'record' },
}

const DEFAULTS = { path: '.llm/cache.db', maxBytes: 2 ** 30, cleanUpMs: 60_000 }
/** How long a file that could not be opened is left alone. */
const RETRY_MS = 10_000

/**
 * Keeps entries in one SQLite file, by means of Node's own `node:sqlite`: any number of processes may use it at once, and an
 * entry that was set survives the end of the process in any way. Opened at first use.
 *
 * @throws {@link ConfigurationError} for unknown options and a size that is not above 0.
 * @example
 * ```ts
 * import { cache, fileStore } from '@llm/cache'
 *
 * const cached = cache({ store: fileStore({ path: 'answers.db', maxBytes: 100 * 2 ** 20 }) })
 * ```
 */
export function fileStore(options: FileStoreOptions = {}): CacheStore {
  const checked = checkSettings('fileStore', options, SPEC)
  const { path = DEFAULTS.path, maxBytes = DEFAULTS.maxBytes, cleanUpMs = DEFAULTS.cleanUpMs } = checked
  return new FileStore({ path, maxBytes, cleanUpMs, logger: checked.logger ?? silentLogger })
}

type Settings = { readonly [K in keyof FileStoreOptions]-?: NonNullable<FileStoreOptions[K]> }

class FileStore implements CacheStore {
  #options: Settings
  #opened: SqliteEntries | undefined
  #timer: ReturnType<typeof setInterval> | undefined
  #failure: { readonly error: unknown; readonly at: number } | undefined

  constructor(options: Settings) {
    this.#options = options
  }

  get(key: string): string | undefined {
    return this.#use(entries => entries.get(key))
  }

  set(key: string, entry: CacheEntry): void {
    // What is written to a file that somebody has removed would be gone at the end of this process.
    if (this.#opened?.isGone() === true) this.close()
    this.#use(entries => {
      entries.set(key, entry)
    })
  }

  delete(key: string): void {
    this.#use(entries => {
      entries.delete(key)
    })
  }

  clear(prefix: string = ''): void {
    this.#use(entries => {
      entries.clear(prefix)
    })
  }

  list(prefix: string): (readonly [string, string])[] {
    return this.#use(entries => entries.list(prefix))
  }

  prune(): number {
    return this.#use(entries => entries.prune())
  }

  stats(): StoreStats {
    return this.#use(entries => entries.stats())
  }

  close(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#opened?.close()
    this.#opened = undefined
  }

  /** A corrupt file is as good as an empty one: it makes way for a new one, and the step is done again. */
  #use<T>(step: (entries: SqliteEntries) => T): T {
    try {
      return step(this.#open())
    } catch (error) {
      const corrupt = error instanceof CorruptFileError ? error : undefined
      if (corrupt === undefined && !isCorrupt(error)) throw error
      const { path, logger } = this.#options
      const identity = corrupt?.identity ?? this.#opened?.identity
      this.close()
      const done = removeCorrupt(path, identity)
      if (done === undefined) throw error
      logger.warn({ path, reason: (error as Error).message }, `The cache file is corrupt and was ${done}.`)
      return step(this.#open())
    }
  }

  #open(): SqliteEntries {
    if (this.#opened !== undefined) return this.#opened
    if (this.#failure !== undefined && Date.now() - this.#failure.at < RETRY_MS) throw this.#failure.error
    const { path, maxBytes, cleanUpMs } = this.#options
    try {
      this.#opened = new SqliteEntries(openDatabase(path), maxBytes)
    } catch (error) {
      if (!(error instanceof CorruptFileError)) this.#failure = { error, at: Date.now() }
      throw error
    }
    this.#timer = setInterval(() => {
      this.#cleanUp()
    }, cleanUpMs).unref()
    return this.#opened
  }

  #cleanUp(): void {
    try {
      if (this.#opened?.isGone() === true) this.close()
      else this.prune()
    } catch (error) {
      this.#options.logger.warn({ reason: String(error) }, 'The cache file could not be cleaned up.')
    }
  }
}
