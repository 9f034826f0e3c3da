import type { CallOptions } from '../call-options.ts'
import type { Completion, CompletionRequest, Cost } from '../completion.ts'
import type { Embedding, EmbeddingRequest } from '../embedding.ts'
import { AbortedError } from '../errors/aborted-error.ts'
import type { Provider } from '../provider.ts'
import { CompletionAccumulator } from '../stream/accumulator.ts'
import { CompletionStream } from '../stream/completion-stream.ts'
import type { CompletionEvent } from '../stream/events.ts'
import type { Usage } from '../usage.ts'

/** What a held call is answered with. */
export interface HeldAnswer {
  /** Defaults to `ok`. */
  readonly text?: string | undefined
  readonly usage?: Usage | undefined
  readonly cost?: Cost | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A call that waits for its test. */
export interface HeldCall {
  readonly operation: 'complete' | 'stream' | 'embed'
  readonly request: CompletionRequest | EmbeddingRequest
  /** Its stream was left early. */
  readonly cancelled: boolean
  /** Answers it, whole. */
  answer(answer?: HeldAnswer): void
  /** Passes events to the reader of a stream, and leaves it open. */
  emit(...events: readonly CompletionEvent[]): void
  fail(error: Error): void
}

/** What a {@link createHeldProvider} has. */
export type HeldProvider = Provider & Required<Pick<Provider, 'embed'>>

/**
 * A provider whose calls wait until a test answers them: for tests of middleware.
 *
 * @example
 * ```ts
 * import { createHeldProvider } from '@llm/core/testing'
 *
 * const { provider, calls } = createHeldProvider()
 * const answer = provider.complete({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })
 * calls[0]?.answer({ text: 'Hello' })
 * const { text } = await answer
 * ```
 */
export function createHeldProvider(id: string = 'held'): {
  readonly provider: HeldProvider
  readonly calls: readonly HeldCall[]
} {
  const calls: HeldCall[] = []
  const begin = (operation: HeldCall['operation'], request: CompletionRequest | EmbeddingRequest): Held => {
    const call = new Held(id, operation, request)
    calls.push(call)
    return call
  }
  const provider: HeldProvider = {
    id,
    protocol: 'held',
    async complete(request) {
      const source = begin('complete', request)
      while ((await source.pull()) !== undefined);
      return source.snapshot(false)
    },
    stream(request) {
      let call: Held | undefined
      return new CompletionStream({
        pull: () => (call ??= begin('stream', request)).pull(),
        cancel: () => Promise.resolve(call?.cancel()),
        snapshot: interrupted => call?.snapshot(interrupted) ?? new CompletionAccumulator().snapshot(interrupted),
      })
    },
    async embed(request) {
      const source = begin('embed', request)
      while ((await source.pull()) !== undefined);
      const { model, usage, warnings, response } = source.snapshot(false)
      return {
        provider: id,
        model,
        vectors: request.input.map(() => new Float32Array(2)),
        usage,
        warnings,
        response,
      } satisfies Embedding
    },
  }
  return { provider, calls }
}

class Held implements HeldCall {
  readonly operation: HeldCall['operation']
  readonly request: CompletionRequest | EmbeddingRequest
  cancelled = false
  #accumulator: CompletionAccumulator = new CompletionAccumulator()
  #provider: string
  #batches: (readonly CompletionEvent[])[] = []
  #error: Error | undefined
  #done = false
  #more: PromiseWithResolvers<undefined> = Promise.withResolvers()

  constructor(provider: string, operation: HeldCall['operation'], request: CompletionRequest | EmbeddingRequest) {
    this.#provider = provider
    this.operation = operation
    this.request = request
    const { signal }: CallOptions = request
    signal?.addEventListener('abort', () => {
      this.fail(new AbortedError({ message: 'The call was aborted by its signal.', cause: signal.reason }))
    })
  }

  answer({ text = 'ok', usage, cost, headers = {} }: HeldAnswer = {}): void {
    this.#accumulator.response = { headers }
    const { model } = this.request
    const warnings = ('warnings' in this.request ? this.request.warnings : undefined) ?? []
    this.emit(
      { type: 'start', id: 'id', provider: this.#provider, model, warnings },
      { type: 'text-delta', text },
      ...(usage === undefined ? [] : [{ type: 'usage' as const, usage, ...(cost === undefined ? {} : { cost }) }]),
      { type: 'finish', finishReason: 'stop' },
    )
    this.#done = true
  }

  emit(...events: readonly CompletionEvent[]): void {
    for (const event of events) this.#accumulator.push(event)
    this.#batches.push(events)
    this.#wake()
  }

  fail(error: Error): void {
    this.#error = error
    this.#wake()
  }

  cancel(): void {
    this.cancelled = true
    this.#done = true
    this.#wake()
  }

  async pull(): Promise<readonly CompletionEvent[] | undefined> {
    for (;;) {
      const batch = this.#batches.shift()
      if (batch !== undefined) return batch
      if (this.#error !== undefined) throw this.#error
      if (this.#done) return undefined
      await this.#more.promise
    }
  }

  snapshot(interrupted: boolean): Completion {
    return this.#accumulator.snapshot(interrupted)
  }

  #wake(): void {
    this.#more.resolve(undefined)
    this.#more = Promise.withResolvers()
  }
}
