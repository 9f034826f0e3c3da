import type { RateLimitCharge, RateLimitGrant, RateLimitStore } from '@llm/core'
import { randomUUID } from 'node:crypto'
import type { Connection } from './connection.ts'
import type { Engine, Taker } from './engine.ts'
import { LimitsUnavailableError } from './limits-unavailable-error.ts'
import type { StandInLimits } from './stand-in-limits.ts'

/** Who waits is expected to ask four times in this time. */
const LEASE_MS = 1000

/** Rate limits that are kept elsewhere, or as well as one process can where nobody answers there. */
export class SharedRateLimits implements RateLimitStore {
  #taker: Taker = { id: randomUUID(), leaseMs: LEASE_MS }
  #engine: Engine
  #connection: Connection
  #standIn: StandInLimits | undefined

  constructor(engine: Engine, connection: Connection, standIn: StandInLimits | undefined) {
    this.#engine = engine
    this.#connection = connection
    this.#standIn = standIn
  }

  async take(charges: readonly RateLimitCharge[]): Promise<RateLimitGrant> {
    try {
      const grant = await this.#connection.ask(() => this.#engine.take(charges, this.#taker))
      if (grant.taken) this.#standIn?.note(charges, grant.at)
      return grant
    } catch (error) {
      if (this.#standIn === undefined || !(error instanceof LimitsUnavailableError)) throw error
      return this.#standIn.take(charges)
    }
  }

  async adjust(charge: RateLimitCharge, at: number): Promise<void> {
    this.#standIn?.adjust(charge, at)
    // What the stand-in let through is unknown elsewhere.
    if (at >= 0) await this.#connection.ask(() => this.#engine.adjust(charge, at))
  }
}
