import type { LazyBackend } from './lazy-backend.ts'
import type { RequestDetail } from './record.ts'

/** Gives signs of life for the requests of this process that are under way, and finds those that get none any more. */
export class UnderWay {
  #backend: LazyBackend
  #leaseMs: number
  #ids: Set<string> = new Set()
  #timer: NodeJS.Timeout | undefined
  #swept = -Infinity

  constructor(backend: LazyBackend, leaseMs: number) {
    this.#backend = backend
    this.#leaseMs = leaseMs
  }

  /** Rows have been written: some requests begin, some have ended. */
  written(records: readonly RequestDetail[]): void {
    for (const { id, status } of records) {
      if (status === 'started') this.#ids.add(id)
      else this.#ids.delete(id)
    }
    if (this.#ids.size === 0) this.close()
    else this.#timer ??= setInterval(() => void this.#beat(), this.#leaseMs / 3).unref()
  }

  /** Marks as interrupted what no process gives a sign of life for. Done before questions, and seldom. */
  async sweep(): Promise<void> {
    const now = Date.now()
    if (now - this.#swept < this.#leaseMs / 3) return
    this.#swept = now
    // Who may only read still gets an answer, and what is really wrong shows there.
    await this.#backend.run(backend => backend.interrupt(new Date(now - this.#leaseMs))).catch(() => undefined)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** A sign of life that fails is given again with the next; should one come too late, the end of the call mends it. */
  async #beat(): Promise<void> {
    await this.#backend.run(backend => backend.touch([...this.#ids], new Date())).catch(() => undefined)
    await this.sweep()
  }
}
