import { unknownKey } from '../../config/unknown-key.ts'
import type { CompletionRequest } from '../../completion.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import type { ModelPrice } from '../../specs/model-spec.ts'
import { estimateCall } from '../calls/call-tokens.ts'
import type { ProviderCall } from '../calls/gate-calls.ts'
import type { Choose, Seeker } from '../endpoints/fail-over.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'

/** How {@link balance} chooses. */
export type BalanceStrategy = 'round-robin' | 'weighted' | 'least-busy' | 'lowest-latency' | 'lowest-cost'

/** What a call's tokens cost at an endpoint, by the endpoint's name; `undefined` where that is not known. */
export type EndpointPrice = (call: ProviderCall, endpoint: string) => ModelPrice | undefined

/** A new chooser: some remember whom they chose. */
const STRATEGIES: Readonly<Record<BalanceStrategy, (price: EndpointPrice) => Choose<BalancedEndpoint>>> = {
  'round-robin': () => lowest(() => 0),
  weighted: () => smoothWeighted,
  'least-busy': () => lowest(endpoint => endpoint.inFlight / endpoint.weight),
  'lowest-latency': () => lowest((endpoint, { operation }) => endpoint.expectedMs(operation)),
  'lowest-cost': price => cheapest(price),
}

/** @throws {@link ConfigurationError} for a strategy that does not exist. */
export function readStrategy(strategy: BalanceStrategy, price: EndpointPrice = specPrice): Choose<BalancedEndpoint> {
  if (Object.hasOwn(STRATEGIES, strategy)) return inTurn(STRATEGIES[strategy](price))
  const [message, hint] = unknownKey('strategy', String(strategy), Object.keys(STRATEGIES))
  throw new ConfigurationError({ message: `balance: ${message}`, hint })
}

/** Keeps the order in which endpoints were chosen. */
function inTurn(choose: Choose<BalancedEndpoint>): Choose<BalancedEndpoint> {
  let chosen = 0
  const mark = (endpoint: BalancedEndpoint): BalancedEndpoint => {
    endpoint.lastChosen = ++chosen
    return endpoint
  }
  return (endpoints, seeker) => {
    const endpoint = choose(endpoints, seeker)
    return endpoint instanceof Promise ? endpoint.then(mark) : mark(endpoint)
  }
}

function lowest(
  score: (endpoint: BalancedEndpoint, seeker: Seeker) => number,
): (endpoints: readonly BalancedEndpoint[], seeker: Seeker) => BalancedEndpoint {
  return (endpoints, seeker) =>
    lowestOf(
      endpoints,
      endpoints.map(endpoint => score(endpoint, seeker)),
    )
}

/** The lowest score; among equals, whose turn it is: the one that was chosen longest ago. */
function lowestOf(endpoints: readonly BalancedEndpoint[], scores: readonly number[]): BalancedEndpoint {
  const scoreOf = (index: number): number => scores[index] ?? Infinity
  let best = 0
  endpoints.forEach(({ lastChosen }, index) => {
    const turn = lastChosen < (endpoints[best]?.lastChosen ?? 0)
    if (scoreOf(index) < scoreOf(best) || (scoreOf(index) === scoreOf(best) && turn)) best = index
  })
  return endpoints[best] as BalancedEndpoint
}

/** Smooth weighted round robin: in every run of calls each has its share, and nobody has his calls in a row. */
function smoothWeighted(endpoints: readonly BalancedEndpoint[]): BalancedEndpoint {
  for (const endpoint of endpoints) endpoint.credit += endpoint.weight
  const best = endpoints.reduce((first, other) => (other.credit > first.credit ? other : first))
  best.credit -= endpoints.reduce((sum, { weight }) => sum + weight, 0)
  return best
}

/** Answers are taken to be of the same length everywhere. What nobody knows the price of comes last. */
function cheapest(price: EndpointPrice): Choose<BalancedEndpoint> {
  return async (endpoints, seeker) => {
    const calls = await Promise.all(endpoints.map(endpoint => callAt(endpoint, seeker)))
    const costs = calls.map((call, index) => {
      const perToken = call && price(call, endpoints[index]?.name ?? '')
      if (call === undefined || perToken === undefined) return Infinity
      const { input, output } = estimateCall(call, 1000)
      return input * perToken.input + output * perToken.output
    })
    return lowestOf(endpoints, costs)
  }
}

/** The call as an endpoint would get it. Where it cannot be made, whoever tries to is told why. */
async function callAt(
  { provider, fit }: BalancedEndpoint,
  { operation, request }: Seeker,
): Promise<ProviderCall | undefined> {
  try {
    return { operation, provider: provider.id, request: await fit(request) }
  } catch {
    return undefined
  }
}

function specPrice({ request }: ProviderCall): ModelPrice | undefined {
  return (request as Partial<CompletionRequest>).spec?.price
}
