/** Tokens and US dollars. */
export interface Spending {
  readonly tokens: number
  readonly cost: number
}

/** One key's account in one window of time. */
export interface BudgetAccount {
  readonly key: string
  /** Unix time in milliseconds; 0 where the budget is for ever. */
  readonly start: number
  /** The first moment after it. Absent where the budget is for ever. */
  readonly end?: number
}

/** What was reserved for one call. */
export interface Reservation extends Spending {
  /** What the store calls it. */
  readonly id?: string | undefined
}

/** Whether an amount was reserved, and what had been used or reserved before. */
export interface BudgetGrant {
  readonly granted: boolean
  readonly spent: Spending
  /** For a store that tells reservations apart, such as to give up those of a process that has died. */
  readonly id?: string | undefined
}

/**
 * Where budgets are kept. In memory by default; a store over a database, such as a ledger of requests, keeps them across
 * restarts and processes.
 *
 * @example
 * ```ts
 * import type { BudgetStore, Spending } from '@llm/core'
 *
 * declare const ledger: { spent(key: string, since: number): Promise<Spending> }
 *
 * // Counts only what is finished: calls at the same time may go a little over the limit together.
 * const fromLedger: BudgetStore = {
 *   async reserve({ key, start }, amount, limits) {
 *     const spent = await ledger.spent(key, start)
 *     const { tokens = Infinity, cost = Infinity } = limits
 *     return { granted: spent.tokens + amount.tokens <= tokens && spent.cost + amount.cost <= cost, spent }
 *   },
 *   settle: () => undefined,
 * }
 * ```
 */
export interface BudgetStore {
  /** Reserves an amount, unless the account would then hold more than `limits`: one step that nobody can come between. */
  reserve(
    account: BudgetAccount,
    amount: Spending,
    limits: { readonly tokens?: number | undefined; readonly cost?: number | undefined },
  ): BudgetGrant | Promise<BudgetGrant>
  /** Puts what was used in the place of what was reserved. */
  settle(account: BudgetAccount, reserved: Reservation, used: Spending): void | Promise<void>
}
