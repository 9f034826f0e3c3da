import type { Clock } from '../../clock.ts'
import { gateCalls, type Pass, type ProviderCall } from '../calls/gate-calls.ts'
import type { CircuitBreaker } from '../circuit-breaker.ts'
import { stateOf, type Endpoint, type EndpointState } from '../endpoints/endpoint.ts'

/** How one of several balanced endpoints does. */
export interface BalancedEndpointState extends EndpointState {
  /** How many calls it got. */
  readonly calls: number
  /** How many of them are under way. A stream is until its end. */
  readonly inFlight: number
  /**
   * The moving average of how long it takes, in milliseconds, by operation: streams to their first content, what comes in
   * pieces to the first, all else to the end. Only of calls that it answered.
   */
  readonly latencyMs: Readonly<Record<string, number>>
}

/** How much of the moving average the last measurement is. */
const NEWEST = 0.3
/** For how long a measurement counts, in milliseconds: then the endpoint is tried again, however slow it was. */
const FRESH_MS = 60_000

interface Latency {
  readonly ms: number
  readonly at: number
}

/** One of several endpoints: how busy and how fast it is. */
export class BalancedEndpoint implements Endpoint {
  readonly name: string
  readonly provider: Endpoint['provider']
  readonly model: string | undefined
  readonly isOtherModel: boolean
  readonly fit: Endpoint['fit']
  readonly breaker: CircuitBreaker
  readonly weight: number
  inFlight = 0
  /** Its place in the order of what was chosen. */
  lastChosen = 0
  /** What it is owed, in weighted turns. */
  credit = 0
  #calls = 0
  #clock: Clock
  #latency: Map<string, Latency> = new Map()

  constructor(endpoint: Endpoint, { weight, clock }: { readonly weight: number; readonly clock: Clock }) {
    this.name = endpoint.name
    this.model = endpoint.model
    this.isOtherModel = endpoint.isOtherModel
    this.fit = endpoint.fit
    this.breaker = endpoint.breaker
    this.provider = gateCalls(endpoint.provider, this.#begin)
    this.weight = weight
    this.#clock = clock
  }

  get state(): BalancedEndpointState {
    const latencyMs = Object.fromEntries([...this.#latency].map(([operation, { ms }]) => [operation, ms]))
    return { ...stateOf(this), calls: this.#calls, inFlight: this.inFlight, latencyMs }
  }

  /**
   * How long a call will take, by what is known. Where that is nothing, or of old, it is 0 for one call, so that it is found
   * out, and until then what it was.
   */
  expectedMs(operation: string): number {
    const known = this.#latency.get(operation)
    if (known !== undefined && this.#clock.now() - known.at <= FRESH_MS) return known.ms
    return this.inFlight === 0 ? 0 : (known?.ms ?? Infinity)
  }

  #begin = ({ operation, request }: ProviderCall): Pass => {
    this.inFlight += 1
    this.#calls += 1
    const startedAt = this.#clock.now()
    let measured = false
    const measure = (): void => {
      if (measured) return
      measured = true
      this.#measure(operation, startedAt)
    }
    return {
      request,
      onFirstContent: measure,
      leave: ({ result, error }) => {
        this.inFlight -= 1
        if (error === undefined && result?.interrupted !== true) measure()
      },
    }
  }

  #measure(operation: string, startedAt: number): void {
    const now = this.#clock.now()
    const before = this.#latency.get(operation)?.ms ?? now - startedAt
    this.#latency.set(operation, { ms: before + NEWEST * (now - startedAt - before), at: now })
  }
}
