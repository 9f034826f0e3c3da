import type { RateLimitCharge, RateLimitGrant, RateLimitStore } from '@llm/core'

/** A limiter of the package `rate-limiter-flexible`: what is used of it. */
export interface FlexibleLimiter {
  /** Rejects with how long to wait where the points are used up; with an `Error` where the store fails. */
  consume(key: string, points: number): Promise<{ readonly msBeforeNext: number }>
  reward(key: string, points: number): Promise<unknown>
  penalty(key: string, points: number): Promise<unknown>
}

/**
 * A store of rate limits over `rate-limiter-flexible`, for the many engines that it knows and {@link sharedLimits} does not,
 * such as Memcached, MongoDB, MySQL, DynamoDB or etcd. `create` is asked once for each limit.
 *
 * Its windows are fixed, so up to twice the limit can go through around the border of two. Several charges are several
 * questions. Who waits is served by luck, and an engine that fails refuses calls unless the limiter has an
 * `insuranceLimiter`. https://github.com/animir/node-rate-limiter-flexible
 *
 * @example
 * ```ts
 * import { rateLimit } from '@llm/core'
 * import { flexibleRateLimits } from '@llm/limits'
 * import { RateLimiterMongo } from 'rate-limiter-flexible'
 *
 * declare const storeClient: object
 *
 * const store = flexibleRateLimits(
 *   ({ limit, windowMs }) => new RateLimiterMongo({ storeClient, points: limit, duration: windowMs / 1000 }),
 * )
 * const limited = rateLimit({ rpm: 500, tpm: 200_000, store })
 * ```
 */
export function flexibleRateLimits(create: (limit: RateLimitCharge) => FlexibleLimiter): RateLimitStore {
  const limiters = new Map<string, FlexibleLimiter>()
  const limiterOf = (charge: RateLimitCharge): FlexibleLimiter => {
    const kind = `${String(charge.limit)}/${String(charge.windowMs)}`
    let limiter = limiters.get(kind)
    if (limiter === undefined) limiters.set(kind, (limiter = create(charge)))
    return limiter
  }
  const giveBack = async (charges: readonly RateLimitCharge[]): Promise<void> => {
    await Promise.all(charges.map(charge => limiterOf(charge).reward(charge.key, charge.amount)))
  }
  return {
    async take(charges) {
      let ends = Infinity
      for (const [index, charge] of charges.entries()) {
        try {
          const { msBeforeNext } = await limiterOf(charge).consume(charge.key, charge.amount)
          ends = Math.min(ends, Date.now() + msBeforeNext)
        } catch (error) {
          const refused = refusalOf(error)
          // What is refused counts as well, until it is given back.
          await giveBack(charges.slice(0, refused === undefined ? index : index + 1))
          if (refused === undefined) throw error
          return refused
        }
      }
      return { taken: true, at: ends }
    },
    async adjust(charge, ends) {
      const limiter = limiterOf(charge)
      if (charge.amount > 0) await limiter.penalty(charge.key, charge.amount)
      // The window that it was taken in is over: the next one owes it nothing.
      else if (Date.now() < ends) await limiter.reward(charge.key, -charge.amount)
    },
  }
}

function refusalOf(error: unknown): RateLimitGrant | undefined {
  if (error instanceof Error) return undefined
  const { msBeforeNext } = (error ?? {}) as { readonly msBeforeNext?: unknown }
  return typeof msBeforeNext === 'number' ? { taken: false, retryInMs: Math.max(1, msBeforeNext) } : undefined
}
