import type { Middleware, Provider } from '../provider.ts'
import { wrapProvider } from './wrap-provider.ts'

/**
 * Puts middleware around a provider; the first one is the outermost. A provider that is derived from the whole has the same
 * middleware around it.
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
  const composed = middleware.reduceRight((next, wrap) => wrap(next), provider)
  const derive = provider.derive?.bind(provider)
  if (derive === undefined || middleware.length === 0) return composed
  return wrapProvider(composed, { derive: changes => compose(derive(changes), ...middleware) })
}
