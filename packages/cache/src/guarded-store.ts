import type { Logger, Warning } from '@llm/core'
import type { Counters } from './stats.ts'
import type { CacheEntry, CacheStore, StoreStats } from './stores/store.ts'
import { LateError, within } from './within.ts'

/** What a {@link GuardedStore} is made from. */
export interface GuardOptions {
  readonly store: CacheStore
  /** The most milliseconds that the store may take. */
  readonly timeoutMs: number
  readonly counters: Counters
  readonly logger: Logger
}

/** How long a store that does not answer in time is left alone: every call would wait for it. */
const REST_MS = 10_000

type Step = 'read' | 'write'

/** A store that never fails and never keeps a call waiting for long: what it cannot read is a miss. */
export class GuardedStore {
  #options: GuardOptions
  /** Why each did not work the last time. */
  #problems: Map<Step, string> = new Map()
  #restsUntil = 0
  #writing: Set<Promise<void>> = new Set()

  constructor(options: GuardOptions) {
    this.#options = options
  }

  /** What answers are told while the store does not work. */
  get warnings(): readonly Warning[] {
    return [...this.#problems.values()].map(message => ({ code: 'cache-unavailable', message }))
  }

  async get(key: string): Promise<string | undefined> {
    if (this.#rests()) return undefined
    try {
      const value = this.#options.store.get(key)
      const settled = isPromise(value) ? await within(value, this.#options.timeoutMs) : value
      this.#problems.delete('read')
      return settled
    } catch (error) {
      this.#fail('read', error)
      return undefined
    }
  }

  /** Where the store writes at once, the entry is kept when this returns; else when its promise resolves. */
  set(key: string, entry: CacheEntry): Promise<void> | undefined {
    if (this.#rests()) return undefined
    try {
      const written = this.#options.store.set(key, entry)
      if (!isPromise(written)) return void this.#wrote()
      const done = this.#settle(written).finally(() => this.#writing.delete(done))
      this.#writing.add(done)
      return done
    } catch (error) {
      this.#fail('write', error)
      return undefined
    }
  }

  async delete(key: string): Promise<void> {
    try {
      await this.#options.store.delete(key)
    } catch (error) {
      this.#fail('write', error)
    }
  }

  /** Every entry under a prefix; none where the store cannot tell. It may take its time: nobody waits for it. */
  async list(prefix: string): Promise<(readonly [string, string])[]> {
    const entries: (readonly [string, string])[] = []
    try {
      for await (const entry of this.#options.store.list?.(prefix) ?? []) entries.push(entry)
    } catch (error) {
      this.#fail('read', error)
    }
    return entries
  }

  /** How full the store is, as far as it says. */
  async stats(): Promise<StoreStats> {
    try {
      return (await this.#options.store.stats?.()) ?? {}
    } catch (error) {
      this.#fail('read', error)
      return {}
    }
  }

  /** Waits for all writes under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing)
  }

  async #settle(written: PromiseLike<void>): Promise<void> {
    try {
      await within(written, this.#options.timeoutMs)
      this.#wrote()
    } catch (error) {
      this.#fail('write', error)
    }
  }

  #wrote(): void {
    this.#problems.delete('write')
    this.#options.counters.writes += 1
  }

  #rests(): boolean {
    const rests = performance.now() < this.#restsUntil
    if (rests) this.#options.counters.errors += 1
    return rests
  }

  /** Told once, until it works again. */
  #fail(step: Step, error: unknown): void {
    const { counters, logger } = this.#options
    counters.errors += 1
    if (error instanceof LateError) this.#restsUntil = performance.now() + REST_MS
    const isNew = !this.#problems.has(step)
    const reason = error instanceof Error ? error.message : String(error)
    const message = `The cache could not ${step} its store (${reason}). Calls go on without it.`
    this.#problems.set(step, message)
    if (isNew) logger.warn({ reason }, message)
  }
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value
}
