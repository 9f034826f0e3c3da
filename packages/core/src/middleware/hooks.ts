import { systemClock, type Clock } from '../clock.ts'
import type { Attempt, CompletionRequest } from '../completion.ts'
import { LLMError } from '../errors/llm-error.ts'
import type { Middleware, Provider } from '../provider.ts'
import type { CompletionStream } from '../stream/completion-stream.ts'
import { isContent, type CompletionEvent } from '../stream/events.ts'
import type { AroundKept } from './around-kept.ts'
import { checkOptions } from './check-options.ts'
import { deferCall } from './tries/defer-call.ts'
import {
  answerOf,
  endTry,
  errorOf,
  joinCall,
  requestOfTry,
  startTry,
  type AttemptListener,
  type SharedCall,
  type TryRequest,
} from './tries/shared-call.ts'
import { wrapProvider } from './wrap-provider.ts'

/** Which call a hook is told of. */
export interface HookedCall {
  /** The provider's method: `complete`, `stream`, `embed` ..., or `files.get` and the like. */
  readonly operation: string
  /** The id of the provider that was called; one of its backups may answer. */
  readonly provider: string
  /** The model as asked for; empty where the call has none. */
  readonly model: string
  /** What was asked. It holds what users wrote: think before it is kept. */
  readonly request: unknown
}

/** What {@link hooks} calls, and when. All are optional; what one throws is ignored. */
export interface Hooks {
  /** Before anything is sent. */
  readonly onRequest?: ((call: HookedCall) => unknown) | undefined
  /** When a try has ended, well or not. */
  readonly onAttempt?:
    ((call: HookedCall & { readonly attempt: Attempt; readonly error?: LLMError }) => unknown) | undefined
  /** At the first content of a stream, `ms` after it was first read. */
  readonly onFirstToken?: ((call: HookedCall & { readonly ms: number }) => unknown) | undefined
  /**
   * When a call has been answered. `result` is a completion, `interrupted` where a stream was left early, or what
   * the capability gives; absent where that comes in pieces.
   */
  readonly onComplete?: ((call: HookedCall & { readonly ms: number; readonly result?: unknown }) => unknown) | undefined
  /** When a call has failed for good. */
  readonly onError?: ((call: HookedCall & { readonly ms: number; readonly error: LLMError }) => unknown) | undefined
  /** When a host has refused a try because there were too many. */
  readonly onRateLimit?:
    ((call: HookedCall & { readonly error: LLMError; readonly retryAfterMs?: number }) => unknown) | undefined
  readonly clock?: Clock | undefined
}

/**
 * Tells of every call, for logs, metrics and traces. As the outermost layer it sees calls as the caller does, with every
 * try that retry and failover make. It waits for no hook, and no hook that fails can break a call.
 *
 * @throws {@link ConfigurationError} for a hook that does not exist.
 * @example
 * ```ts
 * import { compose, hooks, retry, type Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const watched = compose(
 *   provider,
 *   hooks({
 *     onAttempt: ({ attempt }) => console.log(attempt.provider, attempt.error ?? 'ok', attempt.ms),
 *     onRateLimit: ({ model, retryAfterMs }) => console.warn(model, 'again in', retryAfterMs),
 *   }),
 *   retry(),
 * )
 * ```
 */
export function hooks(given: Hooks): Middleware {
  checkOptions('hooks', given, {
    onRequest: 'other',
    onAttempt: 'other',
    onFirstToken: 'other',
    onComplete: 'other',
    onError: 'other',
    onRateLimit: 'other',
    clock: 'other',
  })
  const clock = given.clock ?? systemClock
  return next => {
    const watch = (operation: string, request: unknown, call: SharedCall): WatchedCall =>
      new WatchedCall({ hooks: given, clock, call }, next, { operation, request: request as TryRequest | undefined })
    const whole: AroundKept = async (operation, request, proceed) => {
      const joined = joinCall(request, clock)
      const watched = watch(operation, request, joined.call)
      try {
        return watched.answered(answerOf(joined, await watched.whole(proceed)))
      } catch (error) {
        throw watched.failed(errorOf(joined, error))
      }
    }
    return wrapProvider(next, {
      around: (operation, request, proceed) => whole(operation, request as TryRequest | undefined, proceed),
      aroundKept: whole,
      stream: request => {
        let watched: WatchedCall | undefined
        return deferCall(request, clock, ({ call }) => {
          watched = watch('stream', request, call)
          return Promise.resolve(watched.stream(next))
        }).observe({
          onEnd: (completion, error) => {
            if (error === undefined) watched?.answered(completion)
            else watched?.failed(error)
          },
        })
      },
      aroundStream: (operation, request, proceed) => {
        const joined = joinCall(request as TryRequest, clock)
        return watch(operation, request, joined.call).pieces(proceed, error => errorOf(joined, error))
      },
    })
  }
}

interface Watching {
  readonly hooks: Hooks
  readonly clock: Clock
  readonly call: SharedCall
}

/** One call, as the hooks are told of it. */
class WatchedCall {
  #watching: Watching
  #told: HookedCall
  #request: TryRequest
  #startedAt: number
  #begun = false

  constructor(
    watching: Watching,
    { id }: Provider,
    { operation, request }: { readonly operation: string; readonly request: TryRequest | undefined },
  ) {
    const { hooks: told, clock, call } = watching
    this.#watching = watching
    this.#request = request ?? {}
    this.#told = { operation, provider: id, model: request?.model ?? '', request }
    this.#startedAt = clock.now()
    call.listeners.push(this.#attempted)
    tell(told.onRequest, this.#told)
  }

  /** Makes the call, and lists it as a try where no layer further in lists those that it is made of. */
  async whole<T>(proceed: (request: TryRequest) => Promise<T>): Promise<T> {
    const started = this.#start()
    try {
      const answer = await proceed(started.request)
      endTry(started, { answer })
      return answer
    } catch (error) {
      endTry(started, { error })
      throw error
    }
  }

  stream(next: Provider): CompletionStream {
    const started = this.#start()
    return next.stream(started.request as CompletionRequest).observe({
      onEvent: this.#watching.hooks.onFirstToken === undefined ? undefined : this.#look,
      onEnd: (answer, error) => {
        endTry(started, { answer, error })
      },
    })
  }

  async *pieces<T>(
    proceed: (request: unknown) => AsyncIterable<T>,
    toError: (error: unknown) => unknown,
  ): AsyncGenerator<T, void, undefined> {
    const started = this.#start()
    let ending: 'left' | 'whole' | 'broken' = 'left'
    try {
      for await (const piece of proceed(started.request)) {
        if (!this.#begun) this.#first()
        yield piece
      }
      ending = 'whole'
    } catch (error) {
      ending = 'broken'
      endTry(started, { error })
      throw this.failed(toError(error))
    } finally {
      if (ending !== 'broken') {
        endTry(started, { answer: ending === 'left' ? { interrupted: true } : {} })
        this.answered(undefined)
      }
    }
  }

  answered<T>(result: T): T {
    this.#leave()
    tell(this.#watching.hooks.onComplete, {
      ...this.#told,
      ms: this.#elapsed(),
      ...(result === undefined ? {} : { result }),
    })
    return result
  }

  failed<E>(error: E): E {
    this.#leave()
    if (LLMError.is(error)) tell(this.#watching.hooks.onError, { ...this.#told, ms: this.#elapsed(), error })
    return error
  }

  #start(): ReturnType<typeof startTry> & { readonly request: TryRequest } {
    const request = requestOfTry(this.#request, this.#watching)
    return { ...startTry(this.#watching, this.#told.provider, request), request }
  }

  #look = (event: CompletionEvent): void => {
    if (!this.#begun && isContent(event)) this.#first()
  }

  #first(): void {
    this.#begun = true
    tell(this.#watching.hooks.onFirstToken, { ...this.#told, ms: this.#elapsed() })
  }

  #elapsed(): number {
    return this.#watching.clock.now() - this.#startedAt
  }

  #attempted: AttemptListener = (attempt, error) => {
    const { onAttempt, onRateLimit } = this.#watching.hooks
    tell(onAttempt, { ...this.#told, attempt, ...(error === undefined ? {} : { error }) })
    if (error?.code !== 'rate_limit') return
    const { retryAfterMs } = error as { retryAfterMs?: number }
    tell(onRateLimit, { ...this.#told, error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })
  }

  /** An outer layer may make the same call once more, with a watcher of its own. */
  #leave(): void {
    const { listeners } = this.#watching.call
    listeners.splice(listeners.indexOf(this.#attempted), 1)
  }
}

/** Nobody waits for a hook, and nobody hears of its troubles: they are not the caller's. */
function tell<T>(hook: ((told: T) => unknown) | undefined, told: T): void {
  if (hook === undefined) return
  try {
    const done = hook(told)
    if (typeof done === 'object') Promise.resolve(done).catch(() => undefined)
  } catch {
    // See above.
  }
}
