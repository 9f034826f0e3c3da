import type { Completion } from '../completion.ts'
import { LLMError } from '../errors/llm-error.ts'
import type { StreamDecoder } from '../http/sse.ts'
import type { CompletionAccumulator } from '../stream/accumulator.ts'
import type { CompletionSource } from '../stream/completion-stream.ts'
import type { CompletionEvent } from '../stream/events.ts'
import type { StreamParser } from './codec.ts'
import { callError, cutShort, reading, type CallContext } from './transport.ts'

/** A response whose body is about to be read. */
export interface OpenStream {
  readonly reader: Pick<ReadableStreamDefaultReader<Uint8Array>, 'read' | 'cancel'>
  readonly decoder: StreamDecoder
  readonly parser: StreamParser
}

type NetworkRead = Awaited<ReturnType<OpenStream['reader']['read']>>

/** What a source is made of. */
export interface ResponseSourceOptions {
  readonly accumulator: CompletionAccumulator
  /** Called at the first pull: deadlines count from there. */
  createCall(): CallContext
  /** Connects. `emit` takes the answer's events. */
  open(call: CallContext, emit: (event: CompletionEvent) => void): Promise<OpenStream>
}

/**
 * The one pull pipeline of every stream: bytes -> decoder -> codec -> a batch of events. Each read of the network gives at
 * most one batch, so nothing is buffered that the reader did not ask for.
 */
export class ResponseSource implements CompletionSource {
  #options: ResponseSourceOptions
  #call: CallContext | undefined
  #stream: OpenStream | undefined
  #batch: CompletionEvent[] = []
  #error: LLMError | undefined
  #ended = false
  #pings: (() => void)[] = []

  constructor(options: ResponseSourceOptions) {
    this.#options = options
  }

  async pull(): Promise<readonly CompletionEvent[] | undefined> {
    if (this.#error !== undefined) throw this.#error
    if (this.#ended) return undefined
    const call = (this.#call ??= this.#options.createCall())
    try {
      const stream = (this.#stream ??= await this.#open(call))
      while (this.#batch.length === 0 && !this.#ended) {
        this.#decode(await stream.reader.read(), stream, call)
        if (this.#batch.length === 0) this.#ping()
      }
    } catch (error) {
      this.#fail(callError(error, call))
    }
    return this.#take()
  }

  /** Waits for nobody: the body of a response that was cloned is only cancelled when its clone is. */
  cancel(): Promise<void> {
    this.#ended = true
    leave(this.#stream)
    this.#close()
    return Promise.resolve()
  }

  onPing(listener: () => void): void {
    this.#pings.push(listener)
  }

  snapshot(interrupted: boolean): Completion {
    return this.#options.accumulator.snapshot(interrupted)
  }

  #ping(): void {
    for (const ping of this.#pings) ping()
  }

  /** A reader who left while the connection was made must not leave it open. */
  async #open(call: CallContext): Promise<OpenStream> {
    const stream = await this.#options.open(call, event => {
      this.#options.accumulator.push(event)
      this.#batch.push(event)
    })
    if (this.#ended) leave(stream)
    this.#ping()
    return stream
  }

  /** Takes in what a read of the network gave: bytes, or their end. */
  #decode({ done, value }: NetworkRead, { reader, decoder, parser }: OpenStream, call: CallContext): void {
    if (this.#ended) return
    if (done)
      atEnd(() => {
        decoder.end()
      }, call)
    else
      reading(() => {
        decoder.push(value)
      }, call)
    if (!done && !parser.done) return
    this.#ended = true
    call.deadline.dispose()
    if (!done) void drain(reader)
    if (!reading(() => parser.end(), call)) throw cutShort(call)
  }

  /** What came before a failure is passed on first; the failure is thrown by the next pull. */
  #fail(error: LLMError): void {
    this.#ended = true
    this.#error = error
    leave(this.#stream)
    this.#close()
    if (this.#batch.length === 0) throw error
  }

  /** Also ends a request that has no answer yet, or one whose body nobody has begun to read. */
  #close(): void {
    this.#call?.deadline.dispose()
    this.#call?.deadline.abort()
  }

  #take(): readonly CompletionEvent[] | undefined {
    const batch = this.#batch
    if (batch.length === 0) return undefined
    this.#batch = []
    return batch
  }
}

function leave(stream: OpenStream | undefined): void {
  void stream?.reader.cancel().catch(() => undefined)
}

/** What is left at the end is a message that was cut off, unless it can be read all the same. */
function atEnd(decode: () => void, call: CallContext): void {
  try {
    decode()
  } catch (error) {
    throw LLMError.is(error) ? error : cutShort(call)
  }
}

const DRAIN_MS = 1000

/** Reads the few bytes behind the last event, so that the connection can be used again; gives up on a host that goes on. */
async function drain(reader: OpenStream['reader']): Promise<void> {
  const timer = setTimeout(() => void reader.cancel().catch(() => undefined), DRAIN_MS)
  try {
    for (let reads = 0; reads < 16; reads++) if ((await reader.read()).done) return
    await reader.cancel()
  } catch {
    // The answer is complete: what happens to its connection now concerns nobody.
  } finally {
    clearTimeout(timer)
  }
}
