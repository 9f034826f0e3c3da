/** A share of one limit that a call needs. */
export interface RateLimitCharge {
  /** Names the limit: charges with the same key share it. */
  readonly key: string
  /** The most in one window. */
  readonly limit: number
  /** How long a window is, in milliseconds. */
  readonly windowMs: number
  /** How much of it the call needs: 1 for a request, or its tokens. */
  readonly amount: number
}

/** Whether all charges were taken, and when, by the store's own clock; or else how long to wait before asking again. */
export type RateLimitGrant =
  { readonly taken: true; readonly at: number } | { readonly taken: false; readonly retryInMs: number }

/**
 * Where the state of rate limits is kept. In memory by default; another store shares limits between processes.
 *
 * @example
 * ```ts
 * import type { RateLimitStore } from '@llm/core'
 *
 * const unlimited: RateLimitStore = {
 *   take: () => ({ taken: true, at: 0 }),
 *   adjust: () => undefined,
 * }
 * ```
 */
export interface RateLimitStore {
  /** Takes all charges or none. Never takes more than `limit` in a window. */
  take(charges: readonly RateLimitCharge[]): RateLimitGrant | Promise<RateLimitGrant>
  /**
   * Corrects a charge that was taken `at` some time by its `amount`: more was used, which counts from now on, also beyond the
   * limit; or less, where it is negative, as if that had never been taken.
   */
  adjust(charge: RateLimitCharge, at: number): void | Promise<void>
}
