import { setAlarm, systemClock, type Clock } from '../clock.ts'
import { TimeoutError } from '../errors/timeout-error.ts'
import { createDeadline } from '../http/deadline.ts'
import type { Middleware } from '../provider.ts'
import { checkOptions } from './check-options.ts'
import { watchStream, type StreamLimits, type StreamTimer } from './stream-watchdog.ts'
import type { TryRequest } from './tries/shared-call.ts'
import { wrapProvider } from './wrap-provider.ts'

/** The limits of {@link timeouts}, in milliseconds. What is left out is not limited. */
export interface TimeoutOptions extends StreamLimits {
  readonly clock?: Clock | undefined
}

/**
 * Gives up on calls that take too long, each in its own way. A {@link TimeoutError} names the `timer`: `total`,
 * `first-content`, `liveness` or `idle`. All but `totalMs` are of streams; none of those runs while the reader does
 * something else.
 *
 * Inside {@link retry} and {@link fallback} the limits are those of each try, outside they are those of the whole call.
 *
 * @throws {@link ConfigurationError} for an option that does not exist or cannot be.
 * @example
 * ```ts
 * import { compose, retry, timeouts, type Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const impatient = compose(
 *   provider,
 *   timeouts({ totalMs: 120_000 }),
 *   retry(),
 *   timeouts({ firstContentMs: 20_000, livenessMs: 15_000, idleMs: 30_000, idleReasoningMs: 90_000 }),
 * )
 * ```
 */
export function timeouts(options: TimeoutOptions): Middleware {
  checkOptions('timeouts', options, {
    totalMs: 'ms',
    firstContentMs: 'ms',
    livenessMs: 'ms',
    idleMs: 'ms',
    idleReasoningMs: 'ms',
    clock: 'other',
  })
  const { totalMs, clock = systemClock } = options
  return next => {
    const limitOf = (request: TryRequest | undefined): Limited => ({
      request,
      clock,
      late: (timer, ms) =>
        new TimeoutError({
          message: `${next.id}: ${PASSED[timer]} ${String(ms)} ms.`,
          hint: HINTS[timer],
          timer,
          provider: next.id,
          model: request?.model,
        }),
    })
    const watched = wrapProvider(next, {
      stream: request => watchStream(next.stream(request), { ...limitOf(request), limits: options }),
    })
    if (totalMs === undefined) return watched
    return wrapProvider(watched, {
      around: (_, request, proceed) => within(totalMs, limitOf(request as TryRequest | undefined), proceed),
      aroundKept: (_, options, proceed) => within(totalMs, limitOf(options), proceed),
      aroundStream: (_, request, proceed) => piecesWithin(totalMs, limitOf(request as TryRequest), proceed),
    })
  }
}

const PASSED: Readonly<Record<StreamTimer, string>> = {
  total: 'the call took longer than',
  'first-content': 'there was no content after',
  liveness: 'no byte came for',
  idle: 'no more content came for',
}

const HINTS: Readonly<Record<StreamTimer, string>> = {
  total: 'Raise totalMs, or ask for less.',
  'first-content': 'Raise firstContentMs for models that think long, or use a backup.',
  liveness: 'The connection is dead, or livenessMs is shorter than the host is silent: try again.',
  idle: 'Try again, or raise idleMs, for models that think between their words idleReasoningMs.',
}

interface Limited {
  readonly request: TryRequest | undefined
  readonly clock: Clock
  readonly late: (timer: StreamTimer, ms: number) => TimeoutError
}

/** Makes a call that is ended, and given up, after so long. */
async function within<T>(ms: number, limited: Limited, proceed: (request: TryRequest) => Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const limit = begin(ms, limited, reject)
  try {
    proceed(limit.request).then(resolve, reject)
    return await promise
  } finally {
    limit.end()
  }
}

async function* piecesWithin<T>(
  ms: number,
  limited: Limited,
  proceed: (request: unknown) => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  let late: TimeoutError | undefined
  const limit = begin(ms, limited, error => (late = error))
  try {
    yield* proceed(limit.request)
  } catch (error) {
    throw late ?? error
  } finally {
    limit.end()
  }
}

interface RunningLimit {
  /** The request, with a signal that also ends it when the time is over. */
  readonly request: TryRequest
  end(): void
}

/** `onLate` is told when the time is over. */
function begin(ms: number, { request, clock, late }: Limited, onLate: (error: TimeoutError) => void): RunningLimit {
  const call = createDeadline(request?.signal, undefined)
  const stop = setAlarm(clock, ms, () => {
    onLate(late('total', ms))
    call.abort()
  })
  return {
    request: { ...request, signal: call.signal },
    end: () => {
      stop()
      call.dispose()
    },
  }
}
