import { systemClock, type Clock } from '../../clock.ts'
import type { CallErrorCode } from '../../errors/api-error.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import type { Provider } from '../../provider.ts'
import { checkOptions } from '../check-options.ts'
import type { CircuitBreakerOptions } from '../circuit-breaker.ts'
import { driveEndpoints } from '../endpoints/drive-endpoints.ts'
import { toEndpoints } from '../endpoints/endpoint.ts'
import { failOver, readFailoverErrors, type FailoverErrors } from '../endpoints/fail-over.ts'
import { firstProvider, readTargets, type Backup, type FirstTarget } from '../endpoints/read-targets.ts'
import { checkWeights } from '../endpoints/check-weights.ts'
import { FALLBACK_ON } from '../fallback.ts'
import { BalancedEndpoint, type BalancedEndpointState } from './balanced-endpoint.ts'
import { readStrategy, type BalanceStrategy, type EndpointPrice } from './strategies.ts'

/** How {@link balance} spreads calls. */
export interface BalanceOptions {
  /**
   * `round-robin`: each in turn. `weighted`: in turn, by their weights. `least-busy`: the fewest calls under way, by their
   * weights. `lowest-latency`: the fastest of late. `lowest-cost`: the cheapest for the call.
   *
   * @default 'round-robin'
   */
  readonly strategy?: BalanceStrategy | undefined
  /** How much each can take, in the order of the endpoints. Defaults to the same for all. */
  readonly weights?: readonly number[] | undefined
  /**
   * What tokens cost at an endpoint, for `lowest-cost`. One without a price is the last choice. Defaults to the price in the
   * spec of the model, which is that of its maker.
   */
  readonly price?: EndpointPrice | undefined
  /** The errors that make a call go to another endpoint: their codes, or a function. Defaults to {@link BALANCE_ON}. */
  readonly on?: FailoverErrors | undefined
  /** When an endpoint that failed is left alone, and for how long; one failure and 30 seconds by default. */
  readonly breaker?: CircuitBreakerOptions | undefined
  /** Where time comes from. Defaults to the system's. */
  readonly clock?: Clock | undefined
}

/** Several endpoints as one provider: in all that is not a call to a model it is the first one. */
export type BalancedProvider<P extends Provider> = P & {
  /** How each of them does at the moment, in order. */
  readonly endpoints: readonly BalancedEndpointState[]
}

/** What makes a balanced call go elsewhere by default: what {@link FALLBACK_ON} has, and limits, as each has its own. */
export const BALANCE_ON: readonly CallErrorCode[] = [...FALLBACK_ON, 'rate_limit']

const KEYS = {
  strategy: 'other',
  weights: 'other',
  price: 'other',
  on: 'other',
  breaker: 'other',
  clock: 'other',
} as const

/**
 * Spreads calls over several endpoints that can stand in for each other: keys, regions or hosts of a model. As in
 * {@link fallback} the first is a provider, and the others say only what they have different from it.
 *
 * One that fails gets no calls for a while, or for as long as it asks for, and then one to see. The call that failed is made
 * at another one at once, a stream until its first content; with {@link retry} in the stack, in whatever order, both share
 * the number of tries and the time. A capability is used where it is.
 *
 * @throws {@link ConfigurationError} for options that do not exist, and endpoints that cannot be made.
 * @example
 * ```ts
 * import { balance, compose, retry, type Provider } from '@llm/core'
 *
 * declare const east: Provider
 *
 * const spread = balance([east, { baseURL: 'https://west.example.com/v1' }], { strategy: 'least-busy', weights: [2, 1] })
 * const provider = compose(spread, retry())
 * provider.endpoints.map(({ name, state, inFlight }) => `${name}: ${state}, ${String(inFlight)} under way`)
 * ```
 */
export function balance<P extends Provider>(
  targets: readonly [FirstTarget<P>, ...(Provider | Backup)[]],
  options: BalanceOptions = {},
): BalancedProvider<P> {
  checkOptions('balance', options, KEYS)
  const { strategy = 'round-robin', weights, price, on = BALANCE_ON, breaker = {}, clock = systemClock } = options
  const read = readTargets('balance', targets)
  checkWeights('balance', weights, read.length)
  checkUse(options)
  const endpoints = toEndpoints('balance', read, { clock, ...breaker }).map(
    (endpoint, index) => new BalancedEndpoint(endpoint, { weight: weights?.[index] ?? 1, clock }),
  )
  const failover = { endpoints, choose: readStrategy(strategy, price), acts: readFailoverErrors('balance', on), clock }
  return driveEndpoints(firstProvider('balance', targets[0]), {
    targets: read,
    drive: tries => failOver(tries, failover),
    clock,
    shows: { endpoints: () => endpoints.map(({ state }) => state) },
  })
}

const USED_BY: Readonly<Record<'weights' | 'price', readonly (BalanceStrategy | undefined)[]>> = {
  weights: ['weighted', 'least-busy'],
  price: ['lowest-cost'],
}

/** An option that changes nothing is a mistake. */
function checkUse(options: BalanceOptions): void {
  for (const name of ['weights', 'price'] as const) {
    if (options[name] === undefined || USED_BY[name].includes(options.strategy)) continue
    throw new ConfigurationError({
      message: `balance: ${name} has no effect with the strategy ${options.strategy ?? 'round-robin'}.`,
      hint: `Use the strategy ${USED_BY[name].join(' or ')}, or leave ${name} out.`,
    })
  }
}
