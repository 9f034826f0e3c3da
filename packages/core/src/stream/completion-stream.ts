import type { Completion } from '../completion.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { attachPartial, LLMError } from '../errors/llm-error.ts'
import type { CompletionEvent } from './events.ts'

/** Where a stream's events come from, a batch at a time: a host, a cache, another stream. */
export interface CompletionSource {
  /** The next events in order, or `undefined` when there are no more. Never called again before it has settled. */
  pull(): Promise<readonly CompletionEvent[] | undefined>
  /** Frees what the source holds. Called at most once, when the reader leaves early or a hook throws. */
  cancel(): Promise<void>
  /** The completion as far as it has come. `interrupted` marks one that will not go on. */
  snapshot(interrupted: boolean): Completion
}

/** What middleware may watch in a stream, without a generator around it. A hook that throws ends the stream with that. */
export interface StreamHooks {
  /** Each event, before the reader gets it. */
  readonly onEvent?: ((event: CompletionEvent) => void) | undefined
  /** Once, when the stream has ended in any way: with the completion, and with the error that ended it, if any. */
  readonly onEnd?: ((completion: Completion, error?: LLMError) => void) | undefined
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }

/**
 * A model's answer as it arrives. Iterate it once, read its text, or wait for the whole; leaving the loop early closes
 * the connection. Nothing is sent before the first read.
 *
 * Errors are thrown while iterating, typed, with what had arrived in `partial`.
 *
 * @example
 * ```ts
 * import type { CompletionStream } from '@llm/core'
 *
 * async function show(stream: CompletionStream): Promise<void> {
 *   for await (const text of stream.textStream) process.stdout.write(text)
 *   const { usage } = await stream.completion()
 *   console.log(usage.totalTokens)
 * }
 * ```
 */
export class CompletionStream implements AsyncIterable<CompletionEvent> {
  #source: CompletionSource
  #hooks: StreamHooks[] = []
  #claimed = false
  #ended = false
  #outcome: PromiseWithResolvers<Completion> = withResolvers()

  constructor(source: CompletionSource) {
    this.#source = source
  }

  /** Watches the stream. Call it before the first read. Returns the stream itself. */
  observe(hooks: StreamHooks): this {
    this.#hooks.push(hooks)
    return this
  }

  [Symbol.asyncIterator](): AsyncIterator<CompletionEvent, undefined> {
    this.#claim()
    return new EventIterator(this)
  }

  /** The text alone, as it arrives. Counts as the one reading of the stream. */
  get textStream(): AsyncIterable<string> {
    return textOf(this)
  }

  /**
   * The whole answer: what {@link Provider.complete} would have given. Reads the stream to its end if nobody else does.
   * After an abort or an early `break` it gives what had arrived, marked `interrupted`.
   *
   * @throws the error that ended the stream, unless that was an abort.
   */
  completion(): Promise<Completion> {
    if (!this.#claimed) queueMicrotask(() => void this.#drainUnread())
    return this.#outcome.promise
  }

  /** The events as a web stream, for a `Response`. Counts as the one reading of the stream. */
  toReadableStream(): ReadableStream<CompletionEvent> {
    const iterator = this[Symbol.asyncIterator]()
    const source: UnderlyingDefaultSource<CompletionEvent> = {
      async pull(controller) {
        const { done, value } = await iterator.next()
        if (done === true) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await iterator.return?.()
      },
    }
    return new ReadableStream(source, { highWaterMark: 0 })
  }

  /**
   * The next events in order, or `undefined` at the end. For middleware that puts a stream of its own around this one;
   * everybody else iterates.
   */
  async pull(): Promise<readonly CompletionEvent[] | undefined> {
    if (this.#ended) return undefined
    let batch: readonly CompletionEvent[] | undefined
    try {
      batch = await this.#source.pull()
    } catch (error) {
      // Whoever left while the answer was on its way is not told that its connection is gone.
      if (this.#ended) return undefined
      this.#end(true, error)
      throw error
    }
    if (this.#ended) return undefined
    if (batch === undefined) this.#end(false)
    else if (this.#hooks.length > 0) this.#watch(batch)
    return batch
  }

  /** The completion as far as it has come. */
  snapshot(interrupted: boolean = false): Completion {
    return this.#source.snapshot(interrupted)
  }

  /** Ends the stream early and closes the connection. Safe to call at any time, and more than once. */
  async cancel(): Promise<void> {
    if (this.#ended) return
    try {
      this.#end(true)
    } finally {
      await this.#source.cancel()
    }
  }

  #claim(): void {
    if (this.#claimed) {
      throw new ConfigurationError({
        message: 'This stream is already being read.',
        hint: 'Read a stream once: iterate it, or its textStream; completion() may be awaited beside either.',
      })
    }
    this.#claimed = true
  }

  #watch(batch: readonly CompletionEvent[]): void {
    try {
      for (const event of batch) for (const hooks of this.#hooks) hooks.onEvent?.(event)
    } catch (error) {
      void this.#source.cancel().catch(() => undefined)
      this.#end(true, error)
      throw error
    }
  }

  /** Whoever asks for the completion may still begin to read, in the same breath. */
  async #drainUnread(): Promise<void> {
    if (this.#claimed) return
    this.#claim()
    try {
      while ((await this.pull()) !== undefined);
    } catch {
      // The outcome holds the error; whoever waits for it gets it.
    }
  }

  /** Everything that a source throws is typed already; what is not comes from a hook, and is passed on as it is. */
  #end(interrupted: boolean, error?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    const completion = this.#source.snapshot(interrupted)
    const typed = LLMError.is(error) ? error : undefined
    if (typed !== undefined) attachPartial(typed, completion)
    if (error === undefined || typed?.code === 'aborted') this.#outcome.resolve(completion)
    else this.#outcome.reject(error)
    for (const hooks of this.#hooks) hooks.onEnd?.(completion, typed)
  }
}

/** Hands out a batch event by event: an object with a queue costs less per event than a generator. */
class EventIterator implements AsyncIterator<CompletionEvent, undefined> {
  #stream: CompletionStream
  #batch: readonly CompletionEvent[] = []
  #index = 0
  #waiting: Promise<IteratorResult<CompletionEvent, undefined>> | undefined

  constructor(stream: CompletionStream) {
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

async function* textOf(stream: CompletionStream): AsyncGenerator<string, void> {
  for await (const event of stream) if (event.type === 'text-delta' && event.text !== '') yield event.text
}

/** A promise that may fail without anybody listening: the same error is thrown to the reader. */
function withResolvers(): PromiseWithResolvers<Completion> {
  const resolvers = Promise.withResolvers<Completion>()
  resolvers.promise.catch(() => undefined)
  return resolvers
}
