import type { Clock } from '../../clock.ts'
import { AbortedError } from '../../errors/aborted-error.ts'
import { LLMError } from '../../errors/llm-error.ts'
import { RateLimitError } from '../../errors/rate-limit-error.ts'
import { TimeoutError } from '../../errors/timeout-error.ts'
import type { CallTokens } from '../calls/call-tokens.ts'
import type { ProviderCall } from '../calls/gate-calls.ts'
import type { KeyLimiter, Turn } from './key-limiter.ts'

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
 * nor a listener.
 */
export async function waitForTurn(wait: Wait): Promise<Turn> {
  const { limiter, tokens, call, maxWaitMs = Infinity } = wait
  const { signal, timeout = Infinity } = call.request
  if (signal?.aborted === true) throw aborted(signal)
  const patience = Math.min(maxWaitMs, timeout)
  if (limiter.pausedFor > patience) throw tooLong(wait)
  const place = limiter.queue(tokens)
  try {
    const turn = (await Promise.race([place.turn, place.blocked])) ?? (await waitInQueue(place.turn, wait, patience))
    return turn
  } catch (error) {
    place.leave()
    throw LLMError.is(error) ? error : storeError(error)
  }
}

async function waitInQueue(turn: Promise<Turn>, wait: Wait, patience: number): Promise<Turn> {
  if (patience <= 0) throw tooLong(wait)
  const { left, clock, call } = wait
  const { signal } = call.request
  const stop = new AbortController()
  const end = (): void => {
    stop.abort()
  }
  const givenUp = clock.sleep(patience, stop.signal).then(
    () => tooLong(wait),
    () => aborted(signal),
  )
  for (const source of [signal, left]) source?.addEventListener('abort', end, { once: true })
  try {
    const result = await Promise.race([turn, givenUp])
    if (LLMError.is(result)) throw result
    return result
  } finally {
    for (const source of [signal, left]) source?.removeEventListener('abort', end)
    stop.abort()
  }
}

function aborted(signal: AbortSignal | undefined): AbortedError {
  return new AbortedError({ message: 'The call was aborted while it waited for its turn.', cause: signal?.reason })
}

function tooLong({ limiter, call, maxWaitMs = Infinity }: Wait): LLMError {
  const { provider, request } = call
  const { model, timeout = Infinity } = request
  if (timeout < maxWaitMs) {
    return new TimeoutError({
      message: `${provider}: the call waited longer than its ${String(timeout)} ms for its turn.`,
      hint: 'Raise timeout, or the limits of rateLimit.',
      timer: 'total',
      provider,
      model,
    })
  }
  return new RateLimitError({
    message: `${provider}: there was no room within ${String(maxWaitMs)} ms under the limits of this process.`,
    hint: 'Raise maxWaitMs or the limits of rateLimit, send less at once, or use another provider.',
    provider,
    model,
    retryable: true,
    retryAfterMs: limiter.pausedFor || undefined,
  })
}

function storeError(cause: unknown): LLMError {
  return new LLMError({
    message: 'The store of the rate limits does not answer.',
    hint: 'Check its connection. Nothing was sent.',
    cause,
  })
}
