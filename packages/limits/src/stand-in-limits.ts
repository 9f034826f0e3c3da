import { memoryRateLimitStore, type RateLimitCharge, type RateLimitGrant } from '@llm/core'

/** How many takes are remembered by their time elsewhere. */
const MOST_NOTES = 10_000

/**
 * This process's part of limits that are kept elsewhere: it counts along, so that it knows what was taken in the last minute
 * when it has to stand in. The times of its own takes are below 0.
 */
export class StandInLimits {
  #store: ReturnType<typeof memoryRateLimitStore> = memoryRateLimitStore()
  #processes: number
  /** When something was taken, by the clock here, for the time elsewhere. */
  #notes: Map<number, number> = new Map()

  constructor(processes: number) {
    this.#processes = processes
  }

  /** Counts what was taken elsewhere. */
  note(charges: readonly RateLimitCharge[], at: number): void {
    const taken = this.#store.take(charges.map(charge => ({ ...charge, limit: Infinity }))) as RateLimitGrant
    if (!taken.taken) return
    this.#notes.delete(at)
    this.#notes.set(at, taken.at)
    const [oldest] = this.#notes.keys()
    if (this.#notes.size > MOST_NOTES && oldest !== undefined) this.#notes.delete(oldest)
  }

  adjust(charge: RateLimitCharge, at: number): void {
    const here = at < 0 ? -at : this.#notes.get(at)
    if (here !== undefined) void this.#store.adjust(charge, here)
  }

  take(charges: readonly RateLimitCharge[]): RateLimitGrant {
    const parts = charges.map(charge => {
      const limit = Math.max(1, Math.floor(charge.limit / this.#processes))
      return { ...charge, limit, amount: Math.min(charge.amount, limit) }
    })
    const grant = this.#store.take(parts) as RateLimitGrant
    return grant.taken ? { taken: true, at: -grant.at } : grant
  }
}
