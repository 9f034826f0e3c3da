import type { Middleware, Provider } from '../provider.ts'

/**
 * Puts middleware around a provider; the first one is the outermost.
 *
 * @example
 * ```ts
 * import { compose, type Middleware, type Provider } from '@llm/core'
 *
 * declare const provider: Provider
 * declare const cache: Middleware
 * declare const retry: Middleware
 *
 * const stacked = compose(provider, cache, retry) // a hit in the cache is never retried
 * ```
 */
export function compose<P extends Provider>(provider: P, ...middleware: readonly Middleware[]): P {
  return middleware.reduceRight((next, wrap) => wrap(next), provider)
}
