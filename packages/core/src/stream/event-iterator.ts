import type { CompletionEvent } from './events.ts'

/** Where events come from, a batch at a time. */
export interface EventBatches {
  pull(): Promise<readonly CompletionEvent[] | undefined>
  cancel(): Promise<void>
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }

/** Hands out a batch event by event: an object with a queue costs less per event than a generator. */
export class EventIterator implements AsyncIterator<CompletionEvent, undefined> {
  #stream: EventBatches
  #batch: readonly CompletionEvent[] = []
  #index = 0
  #waiting: Promise<IteratorResult<CompletionEvent, undefined>> | undefined

  constructor(stream: EventBatches) {
    this.#stream = stream
  }

  next(): Promise<IteratorResult<CompletionEvent, undefined>> {
    const value = this.#batch[this.#index]
    if (value === undefined) return this.#wait()
    this.#index += 1
    return Promise.resolve({ done: false, value })
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#batch = []
    await this.#stream.cancel()
    return DONE
  }

  /** Reads that overlap wait for each other: a stream is pulled by one at a time. */
  #wait(): Promise<IteratorResult<CompletionEvent, undefined>> {
    if (this.#waiting === undefined) return (this.#waiting = this.#nextBatch())
    const again = (): Promise<IteratorResult<CompletionEvent, undefined>> => this.next()
    return this.#waiting.then(again, again)
  }

  async #nextBatch(): Promise<IteratorResult<CompletionEvent, undefined>> {
    try {
      for (;;) {
        const batch = await this.#stream.pull()
        if (batch === undefined) return DONE
        const value = batch[0]
        if (value === undefined) continue
        this.#batch = batch
        this.#index = 1
        return { done: false, value }
      }
    } finally {
      this.#waiting = undefined
    }
  }
}
