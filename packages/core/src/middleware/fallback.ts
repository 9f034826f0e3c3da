import { systemClock, type Clock } from '../clock.ts'
import type { CallErrorCode } from '../errors/api-error.ts'
import type { Provider } from '../provider.ts'
import { checkOptions } from './check-options.ts'
import type { CircuitBreakerOptions } from './circuit-breaker.ts'
import { driveEndpoints } from './endpoints/drive-endpoints.ts'
import { stateOf, toEndpoints, type Endpoint, type EndpointState } from './endpoints/endpoint.ts'
import { failOver, readFailoverErrors, type FailoverErrors } from './endpoints/fail-over.ts'
import { firstProvider, readTargets, type Backup, type FirstTarget } from './endpoints/read-targets.ts'

/** When {@link fallback} goes to a backup. */
export interface FallbackOptions {
  /** The errors that it acts on: their codes, or a function. Defaults to {@link FALLBACK_ON}. */
  readonly on?: FailoverErrors | undefined
  /** When an endpoint that failed is left alone, and for how long; one failure and 30 seconds by default. */
  readonly breaker?: CircuitBreakerOptions | undefined
  readonly clock?: Clock | undefined
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
  targets: readonly [FirstTarget<P>, ...(Provider | Backup)[]],
  options: FallbackOptions = {},
): FallbackProvider<P> {
  checkOptions('fallback', options, { on: 'other', breaker: 'other', clock: 'other' })
  const { on = FALLBACK_ON, breaker = {}, clock = systemClock } = options
  const endpoints = toEndpoints('fallback', readTargets('fallback', targets), { clock, ...breaker })
  const failover = { endpoints, choose: firstOf, acts: readFailoverErrors('fallback', on), clock }
  return driveEndpoints(firstProvider('fallback', targets[0]), {
    targets: endpoints,
    drive: tries => failOver(tries, failover),
    clock,
    shows: { endpoints: () => endpoints.map(stateOf) },
  })
}

function firstOf([best]: readonly Endpoint[]): Endpoint {
  return best as Endpoint
}
