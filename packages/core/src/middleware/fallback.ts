import { systemClock, type Clock } from '../clock.ts'
import { unknownKey } from '../config/unknown-key.ts'
import { CALL_ERROR_CODES, type CallErrorCode } from '../errors/api-error.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { LLMError } from '../errors/llm-error.ts'
import type { Provider } from '../provider.ts'
import { checkOptions } from './check-options.ts'
import { CircuitBreaker, type CircuitBreakerOptions, type CircuitState } from './circuit-breaker.ts'
import { readTargets, type Backup, type Target } from './fallback-targets.ts'
import { driveCalls, type Tries } from './tries/drive-calls.ts'
import { mayRepeat } from './tries/may-repeat.ts'
import { mayTry } from './tries/shared-call.ts'
import { wrapProvider } from './wrap-provider.ts'

/** When {@link fallback} goes to a backup. */
export interface FallbackOptions {
  /** The errors that it acts on: their codes, or a function. Defaults to {@link FALLBACK_ON}. */
  readonly on?: readonly CallErrorCode[] | ((error: LLMError) => boolean) | undefined
  /** When an endpoint that failed is left alone, and for how long; one failure and 30 seconds by default. */
  readonly breaker?: CircuitBreakerOptions | undefined
  readonly clock?: Clock | undefined
}

/** How one place of a failover does. */
export interface EndpointState {
  readonly name: string
  /** The provider's id. */
  readonly provider: string
  /** The model, where it is not the request's. */
  readonly model?: string
  readonly state: CircuitState
  /** How many calls in a row have failed there. */
  readonly failures: number
}

/** A provider with backups: in all else it is the first one. */
export type FallbackProvider<P extends Provider> = P & {
  /** How each of them does at the moment, in order. */
  readonly endpoints: readonly EndpointState[]
}

/** What failover acts on by default: the host is not there, not able, or not in time. */
export const FALLBACK_ON: readonly CallErrorCode[] = ['overloaded', 'server', 'timeout', 'connection']

/**
 * A provider with backups: a call that fails because its host is down, overloaded or too slow is made at the next one. A
 * backup needs only what differs: settings alone make another provider like the first. It stays with the backup that
 * answered; the one that failed is tried again after a while, with one call first.
 *
 * A stream goes elsewhere until its first content, never after. With {@link retry} in the stack, in whatever order, both
 * share the number of tries and the time. Only completions go to backups with a model of their own.
 *
 * @throws {@link ConfigurationError} for a backup that cannot be made.
 * @example
 * ```ts
 * import { fallback, FALLBACK_ON, type Provider } from '@llm/core'
 *
 * declare const first: Provider
 * declare const other: Provider
 *
 * const provider = fallback(
 *   [first, { baseURL: 'https://eu.example.com/v1' }, { provider: other, model: 'another-model' }],
 *   { on: [...FALLBACK_ON, 'rate_limit'] },
 * )
 * provider.endpoints.map(({ name, state }) => `${name}: ${state}`)
 * ```
 */
export function fallback<P extends Provider>(
  targets: readonly [P, ...(Provider | Backup)[]],
  options: FallbackOptions = {},
): FallbackProvider<P> {
  checkOptions('fallback', options, { on: 'other', breaker: 'other', clock: 'other' })
  checkOptions('fallback.breaker', options.breaker ?? {}, { failures: 'count', coolDownMs: 'ms', clock: 'other' })
  const { on = FALLBACK_ON, clock = systemClock } = options
  const [first, ...others] = targets
  const endpoints = readTargets(first, others).map((target): Endpoint => ({
    ...target,
    breaker: new CircuitBreaker({ clock, ...options.breaker }),
  }))
  const acts = readOn(on)
  const provider = driveCalls(first, { clock, drive: tries => failOver(tries, { endpoints, acts, clock }) })
  const closing = wrapProvider(provider, { close: () => closeAll(endpoints) })
  return Object.defineProperty(closing, 'endpoints', {
    get: () => endpoints.map(stateOf),
    enumerable: true,
  }) as FallbackProvider<P>
}

interface Endpoint extends Target {
  readonly breaker: CircuitBreaker
}

interface Failover {
  readonly endpoints: readonly Endpoint[]
  readonly acts: (error: unknown) => error is LLMError
  readonly clock: Clock
}

async function failOver<T>(tries: Tries<T>, { endpoints, acts, clock }: Failover): Promise<T> {
  const { call, operation, request } = tries
  const able = endpoints.filter(endpoint => serves(endpoint, operation))
  const kept = call.reserved
  let left = able.length
  for (const { provider, breaker, fit } of inOrder(able)) {
    left -= 1
    call.reserved = kept + left
    try {
      const onBreak = (error: LLMError): void => {
        if (acts(error)) breaker.fail()
      }
      const answer = await tries.attempt(provider, await fit(request), onBreak)
      breaker.succeed()
      return answer
    } catch (error) {
      judge(breaker, error, acts(error))
      const again = acts(error) && request.signal?.aborted !== true && mayRepeat(operation, error)
      if (!again || left === 0 || !mayTry(call, clock.now(), kept)) throw error
    } finally {
      call.reserved = kept
    }
  }
  throw new ConfigurationError({ message: `No endpoint has ${operation}.`, hint: 'Add a backup that has it.' })
}

/** Those that are well, and then, where they have all failed, the others: it is better to ask than not to. */
function* inOrder(endpoints: readonly Endpoint[]): Generator<Endpoint> {
  const resting: Endpoint[] = []
  for (const endpoint of endpoints) {
    if (endpoint.breaker.tryAcquire()) yield endpoint
    else resting.push(endpoint)
  }
  yield* resting
}

const COMPLETIONS: ReadonlySet<string> = new Set(['complete', 'stream', 'countTokens'])

function serves({ provider, isOtherModel }: Target, operation: string): boolean {
  if (COMPLETIONS.has(operation)) return operation in provider
  return !isOtherModel && typeof (provider as unknown as Record<string, unknown>)[operation] === 'function'
}

/** A host that refuses a call is well; one that was not asked, or not to the end, may be anything. */
function judge(breaker: CircuitBreaker, error: unknown, failed: boolean): void {
  if (failed) breaker.fail()
  else if ((error as { status?: number }).status !== undefined) breaker.succeed()
  else breaker.release()
}

function readOn(on: NonNullable<FallbackOptions['on']>): Failover['acts'] {
  if (typeof on === 'function')
    return (error): error is LLMError => LLMError.is(error) && error.code !== 'aborted' && on(error)
  const codes = new Set<string>(on)
  const wrong = on.find(code => !CALL_ERROR_CODES.includes(code))
  if (wrong === undefined) return (error): error is LLMError => LLMError.is(error) && codes.has(error.code)
  const [message, hint] = unknownKey('error code', wrong, CALL_ERROR_CODES)
  throw new ConfigurationError({ message: `fallback: ${message}`, hint })
}

function stateOf({ name, provider, model, breaker }: Endpoint): EndpointState {
  const { state, failures } = breaker
  return { name, provider: provider.id, ...(model === undefined ? {} : { model }), state, failures }
}

async function closeAll(endpoints: readonly Endpoint[]): Promise<void> {
  await Promise.all([...new Set(endpoints.map(({ provider }) => provider))].map(async provider => provider.close?.()))
}
