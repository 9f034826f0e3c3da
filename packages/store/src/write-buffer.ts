import { LLMError, type Logger } from '@llm/core'
import type { RequestDetail } from './record.ts'
import { StoreError, unwritten } from './store-error.ts'

/** Makes the row when it is written, so that the call need not wait for it. */
export type RenderRecord = () => RequestDetail | Promise<RequestDetail>

/** How rows are gathered. */
export interface BufferOptions {
  /** How many milliseconds a row waits for others. */
  readonly flushMs: number
  /** How many rows are written at once, and at how many it is done without waiting. */
  readonly batchSize: number
  /** How many rows may wait while the database cannot be reached. */
  readonly maxWaiting: number
  readonly logger: Logger
  /** Writes all of them or none. */
  readonly write: (records: readonly RequestDetail[]) => Promise<void>
}

/** How the writing goes. */
export interface StoreStatus {
  /** Rows that wait to be written. */
  readonly waiting: number
  /** Rows that were written. */
  readonly written: number
  /** Rows that were given up, the oldest first, as too many waited. */
  readonly dropped: number
  /** Why the last attempt to write failed; absent while all is well. */
  readonly error?: LLMError
}

const LONGEST_PAUSE = 5000

/** How many rows are made at once, which takes about a millisecond. */
const SLICE = 200

/** Characters of prompts and answers. */
const PORTION = 8_000_000

/** Gathers rows and writes them in batches. A row with an id that waits already takes the place of that one. */
export class WriteBuffer {
  #options: BufferOptions
  #waiting: Map<string, RenderRecord> = new Map()
  #timer: NodeJS.Timeout | undefined
  #draining: Promise<void> | undefined
  #failures = 0
  #written = 0
  #dropped = 0
  #error: LLMError | undefined
  #closed = false

  constructor(options: BufferOptions) {
    this.#options = options
  }

  get status(): StoreStatus {
    const error = this.#error
    const counts = { waiting: this.#waiting.size, written: this.#written, dropped: this.#dropped }
    return { ...counts, ...(error === undefined ? {} : { error }) }
  }

  add(id: string, render: RenderRecord): void {
    const { maxWaiting, batchSize, flushMs } = this.#options
    if (this.#closed) return this.#drop(1, 'the store is closed')
    this.#waiting.set(id, render)
    if (this.#waiting.size > maxWaiting) this.#dropOldest()
    if (this.#failures > 0 || this.#draining !== undefined) return
    if (this.#waiting.size >= batchSize) this.#schedule(0)
    else if (this.#timer === undefined) this.#schedule(flushMs)
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#drain()
    if (this.#waiting.size === 0) return
    // What came while the last batch was on its way.
    if (this.#error === undefined) return this.flush()
    throw this.#error
  }

  /** Writes what waits, once, and takes no more. */
  async close(): Promise<void> {
    this.#closed = true
    try {
      await this.flush()
    } finally {
      clearTimeout(this.#timer)
      const left = this.#waiting.size
      this.#waiting.clear()
      if (left > 0) this.#drop(left, 'they could not be written before the store was closed')
    }
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.#drain()
    }, ms)
    // A database that is gone must not keep a process from ending.
    if (this.#failures > 0) this.#timer.unref()
  }

  #drain(): Promise<void> {
    this.#draining ??= this.#writeAll().finally(() => {
      this.#draining = undefined
      if (this.#waiting.size > 0 && !this.#closed && this.#timer === undefined) this.#schedule(this.#pause())
    })
    return this.#draining
  }

  #pause(): number {
    const { flushMs } = this.#options
    return this.#failures === 0 ? flushMs : Math.min(LONGEST_PAUSE, flushMs * 2 ** this.#failures)
  }

  async #writeAll(): Promise<void> {
    try {
      do await this.#writeBatch()
      while (this.#waiting.size >= this.#options.batchSize || (this.#closed && this.#waiting.size > 0))
      this.#recover()
    } catch (error) {
      this.#fail(error)
    }
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#oldest(this.#options.batchSize)
    if (batch.length === 0) return
    const whole: RequestDetail[] = []
    for (let from = 0; from < batch.length; from += SLICE) {
      // Calls go on between the slices.
      if (from > 0) await new Promise(setImmediate)
      const records = await Promise.all(batch.slice(from, from + SLICE).map(([, render]) => renderOrNothing(render)))
      whole.push(...records.filter(record => record !== undefined))
    }
    for (const portion of portionsOf(whole)) await this.#writePortion(portion)
    // What was recorded anew meanwhile waits on.
    for (const [id, render] of batch) if (this.#waiting.get(id) === render) this.#waiting.delete(id)
    if (whole.length < batch.length) this.#drop(batch.length - whole.length, 'they could not be put together')
  }

  /** Halves what is refused, until the row is found that it is for. */
  async #writePortion(records: readonly RequestDetail[]): Promise<void> {
    try {
      await this.#options.write(records)
      this.#written += records.length
    } catch (error) {
      if (!(error instanceof StoreError) || error.retryable) throw error
      if (records.length === 1) return this.#drop(1, error.message)
      const middle = records.length >> 1
      await this.#writePortion(records.slice(0, middle))
      await this.#writePortion(records.slice(middle))
    }
  }

  #oldest(count: number): [string, RenderRecord][] {
    const oldest: [string, RenderRecord][] = []
    for (const entry of this.#waiting) if (oldest.push(entry) >= count) break
    return oldest
  }

  #recover(): void {
    if (this.#failures > 0)
      this.#options.logger.info({ ...this.status, error: undefined }, 'The ledger is written again.')
    this.#failures = 0
    this.#error = undefined
  }

  #fail(cause: unknown): void {
    this.#error = LLMError.is(cause) ? cause : unwritten(cause)
    this.#failures += 1
    if (this.#failures > 1) return
    this.#options.logger.warn(
      { error: this.#error, waiting: this.#waiting.size },
      'The ledger cannot be written; rows wait.',
    )
  }

  #dropOldest(): void {
    const oldest = this.#waiting.keys().next()
    if (oldest.done !== true) this.#waiting.delete(oldest.value)
    this.#drop(1, 'too many rows wait to be written')
  }

  #drop(rows: number, reason: string): void {
    const before = this.#dropped
    this.#dropped += rows
    // At 1, 2, 4, 8 ..., so that an outage does not fill the log.
    if (Math.floor(Math.log2(this.#dropped)) === Math.floor(Math.log2(before))) return
    this.#options.logger.error({ dropped: this.#dropped, reason }, 'Rows of the ledger were dropped.')
  }
}

/** A row that cannot be made must not hold up the others. */
async function renderOrNothing(render: RenderRecord): Promise<RequestDetail | undefined> {
  try {
    return await render()
  } catch {
    return undefined
  }
}

/** Parts of a batch whose texts fit into memory and a statement together. */
function portionsOf(records: readonly RequestDetail[]): readonly (readonly RequestDetail[])[] {
  const portions: RequestDetail[][] = []
  let room = 0
  for (const record of records) {
    const length = (record.prompt?.length ?? 0) + (record.answer?.length ?? 0)
    if (room < length || portions.length === 0) {
      portions.push([])
      room = PORTION
    }
    portions.at(-1)?.push(record)
    room -= length
  }
  return portions
}
