import { systemClock, type Clock } from '../../clock.ts'
import { LLMError } from '../../errors/llm-error.ts'
import type { RateLimitError } from '../../errors/rate-limit-error.ts'
import type { Middleware } from '../../provider.ts'
import { readKey, type CallKey } from '../calls/call-key.ts'
import { estimateCall, usedTokens } from '../calls/call-tokens.ts'
import { gateCalls, type CallOutcome, type CallRequest, type Pass, type ProviderCall } from '../calls/gate-calls.ts'
import { checkOptions } from '../check-options.ts'
import { readHostLimits, type HostLimit } from './host-limits.ts'
import { KeyLimiter } from './key-limiter.ts'
import { memoryRateLimitStore } from './memory-store.ts'
import type { RateLimitCharge, RateLimitStore } from './store.ts'
import { waitForTurn } from './wait-for-turn.ts'

/** What {@link rateLimit} takes. */
export interface RateLimitOptions {
  /** The most requests in any 60 seconds. Defaults to no limit. */
  readonly rpm?: number | undefined
  /** The most tokens in any 60 seconds, input and output together. Defaults to no limit. */
  readonly tpm?: number | undefined
  /**
   * The most calls at the same time: of this process, or of all that share `store`. A stream counts until it ends; in a
   * `store` a call counts for ten minutes at most, as its process may have died. Defaults to no limit.
   */
  readonly concurrency?: number | undefined
  /**
   * Which calls share the limits.
   *
   * @default ['provider', 'model']
   */
  readonly key?: CallKey | undefined
  /** The most milliseconds that a call waits for its turn. 0 never waits. Defaults to the call's own `timeout` alone. */
  readonly maxWaitMs?: number | undefined
  /**
   * How many tokens an answer is taken for beforehand, where a request sets no `maxTokens`.
   *
   * @default 1000
   */
  readonly outputTokens?: number | undefined
  /** Reads the limits that a host tells in its headers. Defaults to {@link readHostLimits}; `() => []` learns nothing. */
  readonly readLimits?: ((headers: Readonly<Record<string, string>>, now: number) => readonly HostLimit[]) | undefined
  /** Where calls are counted, together with those of others that use it. Defaults to the memory of this process. */
  readonly store?: RateLimitStore | undefined
  /** Where time comes from. Defaults to the system's. */
  readonly clock?: Clock | undefined
}

const KEYS = {
  rpm: 'count',
  tpm: 'count',
  concurrency: 'count',
  key: 'other',
  maxWaitMs: 'ms',
  outputTokens: 'count',
  readLimits: 'other',
  store: 'other',
  clock: 'other',
} as const

const MINUTE = 60_000
/** How long a call has a place in a store that others use, if nobody gives it back. */
const PLACE_MS = 10 * MINUTE

/**
 * Holds calls back to stay within limits: requests and tokens a minute, and calls at the same time. Calls of one key wait
 * in a queue, first come, first served, until there is room, they are aborted, or their time is up.
 *
 * Tokens are reserved from an estimate and corrected with what was really used, aborted streams included. What hosts tell
 * of their limits, in headers and with a {@link RateLimitError}, is respected too, also where no limit is set here. Put it
 * innermost, so that every retry waits for its turn. One `rateLimit(...)` around several providers counts them together
 * where the key is the same.
 *
 * Calls wait and then fail with a `RateLimitError` (`maxWaitMs`), a `TimeoutError` (`timeout`) or an `AbortedError`.
 *
 * @throws {@link ConfigurationError} for options that do not exist and limits that are no whole numbers above 0.
 * @example
 * ```ts
 * import { compose, rateLimit, type Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const limited = compose(provider, rateLimit({ rpm: 500, tpm: 200_000, concurrency: 20, maxWaitMs: 30_000 }))
 * ```
 */
export function rateLimit(options: RateLimitOptions = {}): Middleware {
  checkOptions('rateLimit', options, KEYS)
  const limiters = new Limiters({ ...options }, readKey('rateLimit', options.key ?? ['provider', 'model']))
  return next => gateCalls(next, (call, left) => limiters.enter(call, left))
}

/** How many calls end before limiters that nobody uses any more are looked for. */
const SWEEP_EVERY = 1024

class Limiters {
  #options: RateLimitOptions
  #clock: Clock
  #store: RateLimitStore
  #keyOf: (call: ProviderCall) => string
  #limiters: Map<string, KeyLimiter> = new Map()
  #ended = 0

  constructor(options: RateLimitOptions, keyOf: (call: ProviderCall) => string) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#store = options.store ?? memoryRateLimitStore(this.#clock)
    this.#keyOf = keyOf
  }

  async enter(call: ProviderCall, left: AbortSignal | undefined): Promise<Pass> {
    const began = this.#clock.now()
    const tokens = estimateCall(call, this.#options.outputTokens ?? 1000)
    const limiter = this.#limiterOf(this.#keyOf(call))
    const place = { limiter, tokens, call, left, clock: this.#clock, maxWaitMs: this.#options.maxWaitMs }
    const turn = await waitForTurn(place)
    return {
      request: withTimeLeft(call.request, this.#clock.now() - began),
      leave: outcome => {
        const { input, output } = usedTokens(outcome, tokens)
        // First of all: a `readLimits` that throws keeps no place.
        if (outcome.unsent === true) turn.undo()
        else turn.end(input + output)
        this.#leave(limiter, outcome)
      },
    }
  }

  #limiterOf(key: string): KeyLimiter {
    const known = this.#limiters.get(key)
    if (known !== undefined) return known
    const { rpm, tpm, concurrency = Infinity } = this.#options
    const shared = this.#options.store !== undefined
    const charge = (what: string, limit = Infinity, windowMs = MINUTE): RateLimitCharge | undefined =>
      limit === Infinity ? undefined : { key: `${key}:${what}`, limit, windowMs, amount: 1 }
    const limits = {
      requests: charge('requests', rpm),
      tokens: charge('tokens', tpm),
      calls: shared ? charge('calls', concurrency, PLACE_MS) : undefined,
      concurrency,
    }
    const limiter = new KeyLimiter(limits, { store: this.#store, shared, clock: this.#clock })
    this.#limiters.set(key, limiter)
    return limiter
  }

  #leave(limiter: KeyLimiter, { result, error }: CallOutcome): void {
    const { readLimits = readHostLimits } = this.#options
    const headers = result?.response?.headers
    if (headers !== undefined) limiter.learn(readLimits(headers, Date.now()))
    if (LLMError.is(error) && error.code === 'rate_limit') limiter.pause((error as RateLimitError).retryAfterMs ?? 0)
    if (++this.#ended % SWEEP_EVERY === 0) this.#sweep()
  }

  #sweep(): void {
    for (const [key, limiter] of this.#limiters) if (limiter.idle) this.#limiters.delete(key)
  }
}

/** What was spent waiting is part of the whole that a call may take. */
function withTimeLeft(request: CallRequest, waited: number): CallRequest {
  const { timeout } = request
  return timeout === undefined || waited <= 0 ? request : { ...request, timeout: Math.max(1, timeout - waited) }
}
