import { systemClock, type Clock } from '../clock.ts'

/** `closed`: calls go through. `open`: none do. `half-open`: one goes, to see. */
export type CircuitState = 'closed' | 'open' | 'half-open'

/** When a {@link CircuitBreaker} opens, and for how long. */
export interface CircuitBreakerOptions {
  /** How many failures in a row open it. Defaults to 1. */
  readonly failures?: number | undefined
  /** How many milliseconds it stays open before one call may try again. Defaults to 30,000. */
  readonly coolDownMs?: number | undefined
  readonly clock?: Clock | undefined
}

const COOL_DOWN_MS = 30_000

/**
 * Keeps calls away from an endpoint that fails, and finds out when it is well again: after some failures in a row it opens;
 * when it has cooled down, one call may go as a probe, and what comes of it closes or opens it again.
 *
 * Every {@link tryAcquire} that gave `true` is followed by one of `succeed`, `fail` and `release`.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from '@llm/core'
 *
 * const breaker = new CircuitBreaker({ failures: 2, coolDownMs: 10_000 })
 * if (breaker.tryAcquire()) breaker.fail()
 * breaker.state // 'closed': one more opens it
 * ```
 */
export class CircuitBreaker {
  #failures = 0
  #openedAt: number | undefined
  #probing = false
  #limit: number
  #coolDownMs: number
  /** How long it stays open this time. */
  #coolsForMs = 0
  #clock: Clock

  constructor({ failures = 1, coolDownMs = COOL_DOWN_MS, clock = systemClock }: CircuitBreakerOptions = {}) {
    this.#limit = failures
    this.#coolDownMs = coolDownMs
    this.#clock = clock
  }

  get state(): CircuitState {
    if (this.#openedAt === undefined) return 'closed'
    return this.restsForMs > 0 ? 'open' : 'half-open'
  }

  /** For how many milliseconds no call is let through. */
  get restsForMs(): number {
    return this.#openedAt === undefined ? 0 : Math.max(0, this.#openedAt + this.#coolsForMs - this.#clock.now())
  }

  /** How many calls in a row have failed. */
  get failures(): number {
    return this.#failures
  }

  /** Whether a call would be let through. */
  get available(): boolean {
    return this.#openedAt === undefined || (!this.#probing && this.state === 'half-open')
  }

  /** Lets a call through, or not. A half-open circuit lets one through at a time. */
  tryAcquire(): boolean {
    if (!this.available) return false
    this.#probing = this.#openedAt !== undefined
    return true
  }

  /** The call was answered: the endpoint is well. */
  succeed(): void {
    this.#failures = 0
    this.#openedAt = undefined
    this.#probing = false
  }

  /**
   * The call failed in a way that speaks against the endpoint. `coolDownMs` is how long it asks to be left alone; defaults
   * to the breaker's own.
   */
  fail(coolDownMs: number = this.#coolDownMs): void {
    this.#failures += 1
    this.#probing = false
    if (this.#openedAt === undefined && this.#failures < this.#limit) return
    this.#openedAt = this.#clock.now()
    this.#coolsForMs = coolDownMs
  }

  /** The call ended in a way that says nothing of the endpoint, such as an abort. */
  release(): void {
    this.#probing = false
  }
}
