import { NOT_NEEDED, type Clock } from '../../clock.ts'
import { AbortedError } from '../../errors/aborted-error.ts'
import { LLMError } from '../../errors/llm-error.ts'
import { RateLimitError } from '../../errors/rate-limit-error.ts'
import { TimeoutError } from '../../errors/timeout-error.ts'
import type { CallTokens } from '../calls/call-tokens.ts'
import type { ProviderCall } from '../calls/gate-calls.ts'
import type { KeyLimiter, Place, Turn } from './key-limiter.ts'

/** Who waits, for what, and how long at most. */
export interface Wait {
  readonly limiter: KeyLimiter
  readonly tokens: CallTokens
  readonly call: ProviderCall
  /** Aborted when nobody reads the stream any more that waits. */
  readonly left: AbortSignal | undefined
  readonly clock: Clock
  readonly maxWaitMs: number | undefined
}

/**
 * Waits for a turn until one comes, the call is aborted, or its time is up. A call that goes at once costs neither a timer
 * nor a listener, nor a turn of promises, where the store answers at once.
 */
export function waitForTurn(wait: Wait): Turn | Promise<Turn> {
  const { limiter, tokens, call, maxWaitMs = Infinity } = wait
  const { signal, timeout = Infinity } = call.request
  if (signal?.aborted === true) throw aborted(signal)
  if (limiter.pausedFor > Math.min(maxWaitMs, timeout)) throw timeout < maxWaitMs ? tooLate(wait) : noRoom(wait)
  const place = limiter.queue(tokens)
  return place.atOnce ?? waitAt(place, wait)
}

async function waitAt(place: Place, wait: Wait): Promise<Turn> {
  try {
    const atOnce = place.asking ? undefined : await Promise.race([place.turn, place.blocked])
    return atOnce ?? (await waitInQueue(place, wait))
  } catch (error) {
    place.leave()
    throw LLMError.is(error) ? error : storeError(error)
  }
}

async function waitInQueue({ turn, blocked }: Place, wait: Wait): Promise<Turn> {
  const { left, clock, call, maxWaitMs = Infinity } = wait
  const { signal, timeout = Infinity } = call.request
  const stop = new AbortController()
  const end = (): void => {
    stop.abort(NOT_NEEDED)
  }
  const after = (ms: number, error: (wait: Wait) => LLMError): Promise<LLMError> =>
    clock.sleep(ms, stop.signal).then(
      () => error(wait),
      () => aborted(signal),
    )
  // Asking a store is no waiting for room.
  const full = maxWaitMs === Infinity ? [] : [blocked.then(() => after(maxWaitMs, noRoom))]
  for (const source of [signal, left]) source?.addEventListener('abort', end, { once: true })
  try {
    const result = await Promise.race([turn, ...full, after(timeout, tooLate)])
    if (LLMError.is(result)) throw result
    return result
  } finally {
    for (const source of [signal, left]) source?.removeEventListener('abort', end)
    stop.abort(NOT_NEEDED)
  }
}

function aborted(signal: AbortSignal | undefined): AbortedError {
  return new AbortedError({ message: 'The call was aborted while it waited for its turn.', cause: signal?.reason })
}

function tooLate({ call }: Wait): TimeoutError {
  const { provider, request } = call
  const { model, timeout } = request
  return new TimeoutError({
    message: `${provider}: the call waited longer than its ${String(timeout)} ms for its turn.`,
    hint: 'Raise timeout, or the limits of rateLimit.',
    timer: 'total',
    provider,
    model,
  })
}

function noRoom({ limiter, call, maxWaitMs }: Wait): RateLimitError {
  const { provider, request } = call
  return new RateLimitError({
    message: `${provider}: there was no room within ${String(maxWaitMs)} ms under the limits of rateLimit.`,
    hint: 'Raise maxWaitMs or the limits of rateLimit, send less at once, or use another provider.',
    provider,
    model: request.model,
    retryable: true,
    retryAfterMs: limiter.roomInMs,
  })
}

function storeError(cause: unknown): LLMError {
  return new LLMError({
    message: 'The store of the rate limits does not answer.',
    hint: 'Check its connection. Nothing was sent.',
    cause,
  })
}
