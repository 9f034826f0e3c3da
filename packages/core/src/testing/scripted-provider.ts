import type { Clock } from '../clock.ts'
import type { Completion, CompletionRequest } from '../completion.ts'
import { AbortedError } from '../errors/aborted-error.ts'
import { LLMError } from '../errors/llm-error.ts'
import type { Provider } from '../provider.ts'
import { CompletionAccumulator } from '../stream/accumulator.ts'
import { CompletionStream } from '../stream/completion-stream.ts'
import type { CompletionEvent } from '../stream/events.ts'

/** What happens in an answer: something is said, an error ends it, time passes, bytes come that say nothing. */
export type Happening = CompletionEvent | LLMError | number | 'ping'

/** One call that was made. */
interface ScriptedCall {
  readonly operation: string
  readonly request: CompletionRequest
  /** When, by the clock. */
  readonly at: number
}

/** A provider that answers each call with the next of its scripts. */
export interface ScriptedProvider extends Provider {
  embed: NonNullable<Provider['embed']>
  generateImage: NonNullable<Provider['generateImage']>
  streamSpeech: NonNullable<Provider['streamSpeech']>
  readonly calls: readonly ScriptedCall[]
  /** Streams that are neither at their end nor closed. */
  readonly open: number
}

/** A text, as an answer tells it. */
export function say(...texts: readonly string[]): readonly CompletionEvent[] {
  return [
    { type: 'start', id: 'id', provider: 'p', model: 'm', warnings: [] },
    ...texts.map((text): CompletionEvent => ({ type: 'text-delta', text })),
    {
      type: 'usage',
      usage: { inputTokens: 1, outputTokens: texts.length, totalTokens: 1 + texts.length, source: 'reported' },
    },
    { type: 'finish', finishReason: 'stop' },
  ]
}

/** A provider for the tests of middleware: all of it happens by a clock, and is known before. */
export function scriptedProvider(
  clock: Clock,
  next: (call: number) => readonly Happening[],
  id: string = 'p',
): ScriptedProvider {
  const calls: ScriptedCall[] = []
  const open = new Set<unknown>()
  const begin = (operation: string, request: CompletionRequest): Play => {
    calls.push({ operation, request, at: clock.now() })
    return new Play(next(calls.length), { clock, request, id, open })
  }
  const whole = async (operation: string, request: CompletionRequest): Promise<Completion> => {
    const play = begin(operation, request)
    while ((await play.pull()) !== undefined);
    return play.snapshot(false)
  }
  return {
    id,
    protocol: 'scripted',
    calls,
    get open() {
      return open.size
    },
    complete: request => whole('complete', request),
    stream: request => {
      let play: Play | undefined
      return new CompletionStream({
        pull: () => (play ??= begin('stream', request)).pull(),
        cancel: () => play?.cancel() ?? Promise.resolve(),
        snapshot: interrupted => (play ?? new CompletionAccumulator()).snapshot(interrupted),
        onPing: listener => (pings.set(request, [...(pings.get(request) ?? []), listener]), undefined),
      })
    },
    embed: request => whole('embed', request as never) as never,
    generateImage: request => whole('generateImage', request as never) as never,
    async *streamSpeech(request) {
      const play = begin('streamSpeech', request as never)
      try {
        for (let batch = await play.pull(); batch !== undefined; batch = await play.pull())
          yield new Uint8Array([batch.length])
      } finally {
        await play.cancel()
      }
    },
  }
}

const pings = new WeakMap<object, (() => void)[]>()

interface Stage {
  readonly clock: Clock
  readonly request: CompletionRequest
  readonly id: string
  readonly open: Set<unknown>
}

class Play {
  #left: Happening[]
  #stage: Stage
  #accumulator = new CompletionAccumulator()
  #closed = new AbortController()

  constructor(happenings: readonly Happening[], stage: Stage) {
    this.#left = [...happenings]
    this.#stage = stage
    stage.open.add(this)
    stage.request.signal?.addEventListener('abort', this.#close)
    if (stage.request.signal?.aborted === true) this.#close()
  }

  async pull(): Promise<readonly CompletionEvent[] | undefined> {
    for (;;) {
      if (this.#stage.request.signal?.aborted === true) throw this.#aborted()
      const next = this.#closed.signal.aborted ? undefined : this.#left.shift()
      if (next === undefined) return this.#end()
      if (next === 'ping') for (const listener of pings.get(this.#stage.request) ?? []) listener()
      else if (next instanceof LLMError) {
        this.#end()
        throw next
      } else if (typeof next !== 'number') {
        const event = next.type === 'start' ? { ...next, provider: this.#stage.id } : next
        this.#accumulator.push(event)
        return [event]
      } else await this.#stage.clock.sleep(next, this.#closed.signal).catch(() => undefined)
    }
  }

  cancel(): Promise<void> {
    this.#close()
    return Promise.resolve()
  }

  snapshot(interrupted: boolean): Completion {
    return this.#accumulator.snapshot(interrupted)
  }

  #aborted(): LLMError {
    return new AbortedError({ message: 'Aborted.', cause: this.#stage.request.signal?.reason })
  }

  #close = (): void => {
    this.#closed.abort()
    this.#end()
  }

  #end(): undefined {
    this.#stage.request.signal?.removeEventListener('abort', this.#close)
    this.#stage.open.delete(this)
  }
}
