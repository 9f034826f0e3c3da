import { systemClock } from '../../clock.ts'
import { CircuitBreaker, type CircuitBreakerOptions, type CircuitState } from '../circuit-breaker.ts'
import { checkOptions } from '../check-options.ts'
import type { Target } from './read-targets.ts'

/** A place that calls go to, and how it does. */
export interface Endpoint extends Target {
  readonly breaker: CircuitBreaker
}

/** How one of several endpoints does. */
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

/** Each place with a circuit breaker of its own. */
export function toEndpoints(
  owner: string,
  targets: readonly Target[],
  { clock = systemClock, ...options }: CircuitBreakerOptions,
): readonly Endpoint[] {
  checkOptions(`${owner}.breaker`, options, { failures: 'count', coolDownMs: 'ms' })
  return targets.map(target => ({ ...target, breaker: new CircuitBreaker({ clock, ...options }) }))
}

export function stateOf({ name, provider, model, breaker }: Endpoint): EndpointState {
  const { state, failures } = breaker
  return { name, provider: provider.id, ...(model === undefined ? {} : { model }), state, failures }
}
