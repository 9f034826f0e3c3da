import type { BudgetAccount, BudgetGrant, RateLimitCharge, RateLimitGrant, Reservation, Spending } from '@llm/core'

/** A reservation that its maker has named. */
export type NamedReservation = Reservation & { readonly id: string }

/** Who takes. */
export interface Taker {
  readonly id: string
  /** How long its claim stands when nothing more is heard of it. */
  readonly leaseMs: number
}

/** The most that an account may hold. */
export interface BudgetLimits {
  readonly tokens?: number | undefined
  readonly cost?: number | undefined
}

/** What limits are kept in: each step is one question, and nobody can come between. */
export interface Engine {
  /** Takes all charges or none. Whoever is refused has a claim to go before those who ask later. */
  take(charges: readonly RateLimitCharge[], taker: Taker): Promise<RateLimitGrant>
  adjust(charge: RateLimitCharge, at: number): Promise<void>
  reserve(account: BudgetAccount, amount: NamedReservation, limits: BudgetLimits): Promise<BudgetGrant>
  settle(account: BudgetAccount, reserved: NamedReservation, used: Spending): Promise<void>
  /** Ends the connection, where it is not the caller's own. */
  close(): Promise<void>
}

/** How long an account is kept after its window has ended: for calls that end late. */
export const KEPT_MS = 86_400_000
/** Into how many parts a window is cut: what was taken is remembered to one part exactly. */
const GRAINS = 60

/** The length of one part of a window, in milliseconds. */
export function grainOf({ windowMs }: RateLimitCharge): number {
  return Math.max(1, windowMs / GRAINS)
}
