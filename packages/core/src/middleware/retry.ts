import { systemClock, type Clock } from '../clock.ts'
import { unknownKey } from '../config/unknown-key.ts'
import { CALL_ERROR_CODES, type CallErrorCode } from '../errors/api-error.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { LLMError } from '../errors/llm-error.ts'
import type { Middleware } from '../provider.ts'
import { checkOptions } from './check-options.ts'
import { driveCalls, type Tries } from './tries/drive-calls.ts'
import { mayRepeat } from './tries/may-repeat.ts'
import { mayTry, waitAskedFor } from './tries/shared-call.ts'

/** Which errors are tried again: by code, or by a function of the error. */
export type RetryPolicy = Partial<Readonly<Record<CallErrorCode, boolean>>> | ((error: LLMError) => boolean)

/** How {@link retry} tries again. */
export interface RetryOptions {
  /** The most tries of one call in all, those at backups included. Defaults to 3. */
  readonly attempts?: number | undefined
  /** The first wait is a random part of this many milliseconds, the next of twice as many, and so on. Defaults to 500. */
  readonly baseDelayMs?: number | undefined
  /** The longest wait, in milliseconds. A host that asks for a longer one is not tried again. Defaults to 60,000. */
  readonly maxDelayMs?: number | undefined
  /** No try begins later than this many milliseconds after the first one, those at backups included. Defaults to 120,000. */
  readonly budgetMs?: number | undefined
  /** Which errors are tried again, where that is not what the error itself says by `retryable`. */
  readonly policy?: RetryPolicy | undefined
  /** From 0, and below 1. Defaults to `Math.random`. */
  readonly random?: (() => number) | undefined
  readonly clock?: Clock | undefined
}

/**
 * Tries calls again that failed for a reason that passes, after a random wait that doubles each time, or after as long as
 * the host asks for. It is the only loop: with failover in the stack, in whatever order, both share the tries and the time.
 *
 * A stream is tried again until its first content, never after. What makes images, speech, video, batches, files or vector
 * stores is tried again only where the host refused it, or where the request has an `idempotencyKey`. `attempts` of the
 * completion, or of the error, lists every try.
 *
 * @throws {@link ConfigurationError} for an option that does not exist or cannot be.
 * @example
 * ```ts
 * import { compose, retry, type Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const patient = compose(provider, retry({ attempts: 5, policy: { malformed_response: true } }))
 * ```
 */
export function retry(options: RetryOptions = {}): Middleware {
  checkOptions('retry', options, {
    attempts: 'count',
    baseDelayMs: 'ms',
    maxDelayMs: 'ms',
    budgetMs: 'ms',
    policy: 'other',
    random: 'other',
    clock: 'other',
  })
  checkPolicy(options.policy)
  const { attempts = 3, baseDelayMs = 500, maxDelayMs = 60_000, budgetMs = 120_000 } = options
  const { policy = {}, random = Math.random, clock = systemClock } = options
  const plan = { attempts, baseDelayMs, maxDelayMs, budgetMs, policy, random, clock }
  return next =>
    driveCalls(next, {
      clock,
      drive: tries => tryAgain(plan, tries, () => tries.attempt(next, tries.request)),
      kept: true,
    })
}

type Plan = { readonly [K in keyof RetryOptions]-?: NonNullable<RetryOptions[K]> }

async function tryAgain<T>(
  plan: Plan,
  { operation, request, call, sleep }: Tries<T>,
  attempt: () => Promise<T>,
): Promise<T> {
  call.limit = Math.min(call.limit, plan.attempts)
  call.lastStart = Math.min(call.lastStart, call.startedAt + plan.budgetMs)
  for (let failures = 1; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      if (!LLMError.is(error) || !isRetryable(error, plan.policy)) throw error
      if (request.signal?.aborted === true || !mayRepeat(operation, error, request.idempotencyKey)) throw error
      const delay = delayAfter(waitAskedFor(call, error), failures, plan)
      if (delay === undefined || !mayTry(call, plan.clock.now() + delay, call.reserved)) throw error
      await sleep(delay)
    }
  }
}

function isRetryable(error: LLMError, policy: RetryPolicy): boolean {
  if (error.code === 'aborted') return false
  if (typeof policy === 'function') return policy(error)
  return policy[error.code as CallErrorCode] ?? error.retryable
}

/** Full jitter: callers that failed together do not come back together. Nobody comes back sooner than the host asks. */
function delayAfter(askedMs: number | undefined, failures: number, plan: Plan): number | undefined {
  const { baseDelayMs, maxDelayMs, random } = plan
  if (askedMs === undefined || askedMs === 0) return random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (failures - 1))
  return askedMs > maxDelayMs ? undefined : Math.min(maxDelayMs, askedMs + random() * baseDelayMs)
}

function checkPolicy(policy: RetryPolicy | undefined): void {
  if (policy === undefined || typeof policy === 'function') return
  const wrong = Object.keys(policy).find(code => !CALL_ERROR_CODES.includes(code as CallErrorCode))
  if (wrong === undefined) return
  const [message, hint] = unknownKey('error code', wrong, CALL_ERROR_CODES)
  throw new ConfigurationError({ message: `retry: ${message}`, hint })
}
