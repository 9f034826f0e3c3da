import type { Completion } from '../completion.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { attachPartial, LLMError } from '../errors/llm-error.ts'
import { EventIterator } from './event-iterator.ts'
import type { CompletionEvent } from './events.ts'

/** Where a stream's events come from, a batch at a time: a host, a cache, another stream. */
export interface CompletionSource {
  /** The next events in order, or `undefined` when there are no more. Never called again before it has settled. */
  pull(): Promise<readonly CompletionEvent[] | undefined>
  /** Frees what the source holds. Called at most once, when the reader leaves early or a hook throws. */
  cancel(): Promise<void>
  /** The completion as far as it has come. `interrupted` marks one that will not go on. */
  snapshot(interrupted: boolean): Completion
  /** Has a listener told of bytes that arrive and are no event, where there are bytes at all. */
  onPing?(listener: () => void): void
  /** The stream that the rest comes from, once that is known: it is pulled without a step between. */
  readonly rest?: CompletionStream | undefined
}

/** What middleware may watch in a stream, without a generator around it. A hook that throws ends the stream with that. */
export interface StreamHooks {
  /** The reader asks for more: from here on the host is waited for, until the next event. */
  readonly onPull?: (() => void) | undefined
  /** Bytes have come that are no event, or not yet a whole one: the host is alive. */
  readonly onPing?: (() => void) | undefined
  /** The events that have come at once, before `onEvent` is told of each: for those who need not look at every one. */
  readonly onBatch?: ((batch: readonly CompletionEvent[]) => void) | undefined
  /** Each event, before the reader gets it. */
  readonly onEvent?: ((event: CompletionEvent) => void) | undefined
  /** Once, when the stream has ended in any way: with the completion, and with the error that ended it, if any. */
  readonly onEnd?: ((completion: Completion, error?: LLMError) => void) | undefined
}

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
  #hooks: readonly StreamHooks[] = []
  /** The streams that the rest comes from, innermost first, and this one. */
  #chain: readonly CompletionStream[] = [this]
  /** The first of them: its source has the batches. */
  #innermost: CompletionStream = this
  /** The hooks of the whole chain. */
  #watchers: readonly StreamHooks[] = this.#hooks
  #listening: Listeners | undefined
  #claimed = false
  #ended = false
  #failure: LLMError | undefined
  #outcome: PromiseWithResolvers<Completion> = withResolvers()

  constructor(source: CompletionSource) {
    this.#source = source
  }

  /** Watches the stream. Call it before the first read. Returns the stream itself. */
  observe(hooks: StreamHooks): this {
    this.#hooks = [...this.#hooks, hooks]
    this.#watchers = [...this.#watchers, hooks]
    this.#listening = undefined
    if (hooks.onPing !== undefined) this.#source.onPing?.(hooks.onPing)
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
    if (this.#ended) return this.#afterEnd()
    if (this.#innermost.#source.rest !== undefined) this.#follow()
    for (const hooks of this.#listeners().ofPulls) hooks.onPull?.()
    let batch: readonly CompletionEvent[] | undefined
    try {
      batch = this.#innermost.#ended ? undefined : await this.#innermost.#source.pull()
    } catch (error) {
      // Whoever left while the answer was on its way is not told that its connection is gone.
      return this.#ended ? this.#afterEnd() : this.#throw(this.#failureWithin() ?? error)
    }
    if (this.#ended) return this.#afterEnd()
    if (batch === undefined) this.#finish()
    else this.#watch(batch)
    return batch
  }

  /** The completion as far as it has come. */
  snapshot(interrupted: boolean = false): Completion {
    return this.#source.snapshot(interrupted)
  }

  /** Ends the stream early and closes the connection. Safe to call at any time, and more than once. */
  async cancel(): Promise<void> {
    await this.#close()
  }

  /** Ends the stream from outside, as a deadline does, and closes the connection: its reader gets the error. */
  fail(error: LLMError): void {
    if (this.#ended) return
    this.#failure = error
    void this.#close(error).catch(() => undefined)
  }

  /** What is inside ends first, so that this stream tells all of it. */
  async #close(error?: LLMError): Promise<void> {
    if (this.#ended) return
    const closing = this.#innermost.#source.cancel()
    this.#endChain(true, error)
    await closing
  }

  #follow(): void {
    for (let { rest } = this.#innermost.#source; rest !== undefined; { rest } = rest.#source) {
      this.#chain = [rest, ...this.#chain]
      this.#watchers = [...rest.#hooks, ...this.#watchers]
      this.#innermost = rest
    }
    this.#listening = undefined
  }

  /** Most of a stack wait for the end alone, and are not asked at each event. */
  #listeners(): Listeners {
    return (this.#listening ??= {
      ofPulls: this.#watchers.filter(({ onPull }) => onPull !== undefined),
      ofBatches: this.#watchers.filter(({ onBatch }) => onBatch !== undefined),
      ofEvents: this.#watchers.filter(({ onEvent }) => onEvent !== undefined),
    })
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
    const { ofBatches, ofEvents } = this.#listeners()
    try {
      for (const hooks of ofBatches) hooks.onBatch?.(batch)
      if (ofEvents.length === 0) return
      for (const event of batch) for (const hooks of ofEvents) hooks.onEvent?.(event)
    } catch (error) {
      void this.#innermost.#source.cancel().catch(() => undefined)
      this.#throw(error)
    }
  }

  /** The source has no more. */
  #finish(): void {
    const failure = this.#failureWithin()
    if (failure !== undefined) this.#throw(failure)
    this.#endChain(false)
  }

  #throw(error: unknown): never {
    this.#endChain(true, error)
    throw error
  }

  /** Why a stream inside this one was ended from outside. */
  #failureWithin(): LLMError | undefined {
    for (const stream of this.#chain) if (stream.#failure !== undefined) return stream.#failure
    return undefined
  }

  /** The next pull gets the error of a stream that was ended from outside; those behind it get the end. */
  #afterEnd(): undefined {
    const failure = this.#failure
    this.#failure = undefined
    if (failure !== undefined) throw failure
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

  #endChain(interrupted: boolean, error?: unknown): void {
    for (const stream of this.#chain) stream.#end(interrupted, error)
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

/** Who is told of what. */
interface Listeners {
  readonly ofPulls: readonly StreamHooks[]
  readonly ofBatches: readonly StreamHooks[]
  readonly ofEvents: readonly StreamHooks[]
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
