import type { Completion } from '../completion.ts'
import { CompletionAccumulator } from './accumulator.ts'
import { CompletionStream, type CompletionSource } from './completion-stream.ts'
import type { CompletionEvent } from './events.ts'

/** A stream of which some was read already. */
export interface OpenedStream {
  readonly stream: CompletionStream
  /** What was read of it, and is passed on first. */
  readonly head: readonly CompletionEvent[]
}

/** Tells of a stream that may be the one: it is closed when the reader leaves, and its pings are passed on. */
export type TryStream = (stream: CompletionStream) => void

/** What a deferred stream may add. */
export interface DeferOptions {
  /** Changes the completion before anybody gets it. */
  readonly complete?: ((completion: Completion) => Completion) | undefined
}

/**
 * A stream that is opened on the first read: for whoever must wait for something before it can call a provider. Batches
 * go through as they are. Whoever waits is told by `left` when the reader has gone: nobody needs the stream any more.
 * Whoever reads from a stream to see whether it is the one passes it to `attempt` first.
 *
 * @example
 * ```ts
 * import { deferStream, wrapProvider, type Middleware } from '@llm/core'
 *
 * declare function turn(left: AbortSignal): Promise<void>
 *
 * const queued: Middleware = next =>
 *   wrapProvider(next, {
 *     stream: request =>
 *       deferStream(async left => {
 *         await turn(left)
 *         return next.stream(request)
 *       }),
 *   })
 * ```
 */
export function deferStream(
  open: (left: AbortSignal, attempt: TryStream) => Promise<CompletionStream | OpenedStream>,
  options: DeferOptions = {},
): CompletionStream {
  return new CompletionStream(new DeferredSource(open, options))
}

class DeferredSource implements CompletionSource {
  #open: Parameters<typeof deferStream>[0]
  #complete: DeferOptions['complete']
  #left = new AbortController()
  #current: CompletionStream | undefined
  #pings: (() => void)[] = []
  /** Set when all that was read of it before is passed on. */
  rest: CompletionStream | undefined

  constructor(open: Parameters<typeof deferStream>[0], { complete }: DeferOptions) {
    this.#open = open
    this.#complete = complete
  }

  async pull(): Promise<readonly CompletionEvent[] | undefined> {
    if (this.rest !== undefined) return this.rest.pull()
    const { stream, head } = await this.#opened()
    return head.length > 0 ? head : stream.pull()
  }

  async cancel(): Promise<void> {
    this.#left.abort()
    await this.#current?.cancel()
  }

  snapshot(interrupted: boolean): Completion {
    const completion = (this.#current ?? new CompletionAccumulator()).snapshot(interrupted)
    return this.#complete?.(completion) ?? completion
  }

  onPing(listener: () => void): void {
    this.#pings.push(listener)
    this.#current?.observe({ onPing: listener })
  }

  #attempt: TryStream = stream => {
    if (stream === this.#current) return
    this.#current = stream
    for (const onPing of this.#pings) stream.observe({ onPing })
    if (this.#left.signal.aborted) void stream.cancel().catch(() => undefined)
  }

  /** A reader who leaves does not wait for what is being opened. It is closed when it comes. */
  #opened(): Promise<OpenedStream> {
    const { signal } = this.#left
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#open(signal, this.#attempt)
        .then(opened => {
          const { stream, head } = opened instanceof CompletionStream ? { stream: opened, head: [] } : opened
          this.#attempt(stream)
          this.rest = stream
          resolve({ stream, head })
        })
        .catch(reject)
    })
  }
}
