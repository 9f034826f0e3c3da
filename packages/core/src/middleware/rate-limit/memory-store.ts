import { systemClock, type Clock } from '../../clock.ts'
import type { RateLimitCharge, RateLimitGrant, RateLimitStore } from './store.ts'

/** How many takes go by before windows that nobody uses any more are looked for. */
const SWEEP_EVERY = 1024
/** Takes within this share of a window are one, at the time of the last of them: a window's memory has an end. */
const GRAIN = 1 / 10_000

/**
 * Sliding windows in memory: whatever stretch of one window's length is looked at, no more than the limit was taken in it.
 * A bucket that refills would let nearly twice the limit through in its first window.
 *
 * @example
 * ```ts
 * import { memoryRateLimitStore, rateLimit } from '@llm/core'
 *
 * // Two middlewares that share one limit.
 * const store = memoryRateLimitStore()
 * const [first, second] = [rateLimit({ rpm: 500, store }), rateLimit({ rpm: 500, store })]
 * ```
 */
export function memoryRateLimitStore(clock: Clock = systemClock): RateLimitStore & { readonly size: number } {
  const windows = new Map<string, SlidingWindow>()
  let takes = 0
  const windowOf = ({ key, windowMs }: RateLimitCharge): SlidingWindow => {
    let window = windows.get(key)
    if (window === undefined) windows.set(key, (window = new SlidingWindow(windowMs)))
    return window
  }
  const sweep = (now: number): void => {
    for (const [key, window] of windows) if (window.sum(now) === 0) windows.delete(key)
  }
  return {
    take(charges): RateLimitGrant {
      const now = clock.now()
      if (++takes % SWEEP_EVERY === 0) sweep(now)
      const retryInMs = Math.max(0, ...charges.map(charge => windowOf(charge).waitFor(charge, now)))
      if (retryInMs > 0) return { taken: false, retryInMs }
      for (const charge of charges) windowOf(charge).add(charge.amount, now)
      return { taken: true, at: now }
    },
    adjust(charge, at) {
      if (charge.amount > 0) windowOf(charge).add(charge.amount, clock.now())
      else windows.get(charge.key)?.giveBack(-charge.amount, at)
    },
    get size() {
      return windows.size
    },
  }
}

/** What was taken from one moment to another. */
interface Entry {
  readonly since: number
  at: number
  amount: number
}

/** What was taken and when, oldest first: at most one entry a grain. */
class SlidingWindow {
  #windowMs: number
  #entries: Entry[] = []
  #first = 0
  #sum = 0

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  sum(now: number): number {
    this.#forget(now)
    return this.#sum
  }

  /** How long until an amount fits; 0 where it does now. */
  waitFor({ amount, limit }: RateLimitCharge, now: number): number {
    let excess = this.sum(now) + amount - limit
    for (let index = this.#first; excess > 0; index++) {
      const entry = this.#entries[index]
      if (entry === undefined) return this.#windowMs
      excess -= entry.amount
      if (excess <= 0) return entry.at + this.#windowMs - now
    }
    return 0
  }

  add(amount: number, now: number): void {
    if (amount === 0) return
    this.#sum += amount
    const last = this.#entries.length > this.#first ? this.#entries.at(-1) : undefined
    if (last === undefined || now - last.since >= this.#windowMs * GRAIN) {
      this.#entries.push({ since: now, at: now, amount })
      return
    }
    last.amount += amount
    last.at = now
  }

  /** To the entry that it was taken in, or to nobody where that is forgotten. */
  giveBack(amount: number, at: number): void {
    const entry = this.#entryAt(at)
    if (entry === undefined) return
    const given = Math.min(entry.amount, amount)
    entry.amount -= given
    this.#sum -= given
  }

  #entryAt(at: number): Entry | undefined {
    let low = this.#first
    for (let high = this.#entries.length; low < high;) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle]?.at ?? Infinity) < at) low = middle + 1
      else high = middle
    }
    const entry = this.#entries[low]
    return entry !== undefined && entry.since <= at ? entry : undefined
  }

  #forget(now: number): void {
    for (let entry = this.#entries[this.#first]; entry !== undefined; entry = this.#entries[this.#first]) {
      if (entry.at + this.#windowMs > now) break
      this.#sum -= entry.amount
      this.#first += 1
    }
    if (this.#first < 64 || this.#first * 2 < this.#entries.length) return
    this.#entries = this.#entries.slice(this.#first)
    this.#first = 0
  }
}
