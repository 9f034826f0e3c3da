import type { Clock } from '../../clock.ts'
import { unknownKey } from '../../config/unknown-key.ts'
import { CALL_ERROR_CODES, type CallErrorCode } from '../../errors/api-error.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import { LLMError } from '../../errors/llm-error.ts'
import type { CircuitBreaker } from '../circuit-breaker.ts'
import type { Tries } from '../tries/drive-calls.ts'
import { mayRepeat } from '../tries/may-repeat.ts'
import { mayTry, waitAskedFor, type TryRequest } from '../tries/shared-call.ts'
import type { Endpoint } from './endpoint.ts'
import type { Target } from './read-targets.ts'

/** The errors that make a call go elsewhere: their codes, or a function. */
export type FailoverErrors = readonly CallErrorCode[] | ((error: LLMError) => boolean)

/** One call that looks for its endpoint. */
export interface Seeker {
  readonly operation: string
  readonly request: TryRequest
}

/** Chooses one of several endpoints, of which there is at least one. */
export type Choose<E extends Endpoint> = (endpoints: readonly E[], seeker: Seeker) => E | Promise<E>

/** What {@link failOver} needs. */
export interface Failover<E extends Endpoint> {
  readonly endpoints: readonly E[]
  readonly choose: Choose<E>
  readonly acts: (error: unknown) => error is LLMError
  readonly clock: Clock
}

/** Makes a call at the chosen endpoint, and where that fails in a way that is acted upon, at the next one. */
export async function failOver<T, E extends Endpoint>(tries: Tries<T>, failover: Failover<E>): Promise<T> {
  const { call, operation, request } = tries
  const { endpoints, acts, clock } = failover
  const kept = call.reserved
  let soonestMs = Infinity
  for (let left = endpoints.filter(endpoint => serves(endpoint, operation)); left.length > 0;) {
    const endpoint = await chooseWell(left, tries, failover)
    const { provider, breaker, fit } = endpoint
    left = left.filter(other => other !== endpoint)
    call.reserved = kept + left.length
    try {
      const onBreak = (error: LLMError): void => {
        if (acts(error)) fail(breaker, error)
      }
      const answer = await tries.attempt(provider, await fit(request), onBreak)
      breaker.succeed()
      return answer
    } catch (error) {
      if (!acts(error)) {
        call.soonestMs = undefined
        judge(breaker, error)
        throw error
      }
      fail(breaker, error)
      soonestMs = Math.min(soonestMs, waitAskedFor(call, error) ?? 0)
      const again = request.signal?.aborted !== true && mayRepeat(operation, error)
      if (again && left.length > 0 && mayTry(call, clock.now(), kept)) continue
      call.soonestMs = soonestMs
      throw error
    } finally {
      call.reserved = kept
    }
  }
  throw new ConfigurationError({
    message: `No endpoint has ${operation}.`,
    hint: `Add a backup that has ${operation}.`,
  })
}

/**
 * One of those that are well; where they have all failed, one that need not be left alone for much longer: it is better to
 * ask than not to.
 */
async function chooseWell<E extends Endpoint>(
  endpoints: readonly E[],
  seeker: Seeker,
  failover: Failover<E>,
): Promise<E> {
  const well = endpoints.filter(({ breaker }) => breaker.available)
  const chosen = await failover.choose(well.length > 0 ? well : soonest(endpoints), seeker)
  const acquired = chosen.breaker.tryAcquire() === true
  // Another call may have become the probe meanwhile.
  return acquired || well.length === 0 ? chosen : chooseWell(endpoints, seeker, failover)
}

function soonest<E extends Endpoint>(endpoints: readonly E[]): readonly E[] {
  const rests = endpoints.map(({ breaker }) => breaker.restsForMs)
  const least = Math.min(...rests)
  return endpoints.filter((_, index) => rests[index] === least)
}

const COMPLETIONS: ReadonlySet<string> = new Set(['complete', 'stream', 'countTokens'])

/** Whether an operation can be had there. Only completions go to a model of the endpoint's own. */
export function serves({ provider, isOtherModel }: Target, operation: string): boolean {
  if (COMPLETIONS.has(operation)) return operation in provider
  return !isOtherModel && typeof (provider as unknown as Record<string, unknown>)[operation] === 'function'
}

/** A host that refuses a call is well; one that was not asked, or not to the end, may be anything. */
function judge(breaker: CircuitBreaker, error: unknown): void {
  if ((error as { status?: number }).status !== undefined) breaker.succeed()
  else breaker.release()
}

/** Whoever says when to come back is left alone until then. */
function fail(breaker: CircuitBreaker, error: unknown): void {
  breaker.fail((error as { readonly retryAfterMs?: number }).retryAfterMs)
}

/** @throws {@link ConfigurationError} for a code that no error has. */
export function readFailoverErrors(owner: string, on: FailoverErrors): Failover<Endpoint>['acts'] {
  if (typeof on === 'function')
    return (error): error is LLMError => LLMError.is(error) && error.code !== 'aborted' && on(error)
  const codes = new Set<string>(on)
  const wrong = on.find(code => !CALL_ERROR_CODES.includes(code))
  if (wrong === undefined) return (error): error is LLMError => LLMError.is(error) && codes.has(error.code)
  const [message, hint] = unknownKey('error code', wrong, CALL_ERROR_CODES)
  throw new ConfigurationError({ message: `${owner}: ${message}`, hint })
}
