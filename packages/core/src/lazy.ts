/**
 * Loads something at first use and keeps it. A failure is not kept: the next use tries again, as what was missing (a key
 * in the environment, a package) may be there by then.
 *
 * @example
 * ```ts
 * import { lazy } from '@llm/core'
 *
 * const answer = lazy(() => Promise.resolve(42))
 * await answer() // loads
 * await answer() // gives the same again
 * ```
 */
export function lazy<T>(load: () => T | Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  return () => {
    loaded ??= Promise.resolve()
      .then(load)
      .catch((error: unknown) => {
        loaded = undefined
        throw error
      })
    return loaded
  }
}
