import type { Provider } from '../provider.ts'

/** What middleware replaces. What it leaves out goes through unchanged. */
export interface ProviderOverrides extends Partial<
  Pick<Provider, 'id' | 'protocol' | 'complete' | 'stream' | 'close'>
> {
  /**
   * Goes around every capability that answers with a promise (`embed`, `generateImage` ...), and around `complete` where
   * that is not replaced. `name` says which; `proceed` makes the call.
   */
  around?<T>(name: string, request: unknown, proceed: (request: unknown) => Promise<T>): Promise<T>
}

/** Methods that {@link ProviderOverrides.around} stands around: those that make one call and answer with a promise. */
const CALLS = [
  'complete',
  'embed',
  'generateImage',
  'generateSpeech',
  'transcribe',
  'generateVideo',
  'moderate',
  'rerank',
  'countTokens',
  'listModels',
] as const

/**
 * A provider around another one: the overrides, and everything else the inner one has, capabilities and members of its
 * own included. This is how middleware is written.
 *
 * @example
 * ```ts
 * import { wrapProvider, type Middleware } from '@llm/core'
 *
 * const terse: Middleware = next =>
 *   wrapProvider(next, { complete: request => next.complete({ ...request, verbosity: 'low' }) })
 * ```
 */
export function wrapProvider<P extends Provider>(next: P, overrides: ProviderOverrides): P {
  const { around, ...replaced } = overrides
  const wrapped: Record<string, unknown> = {}
  for (const name of memberNames(next)) wrapped[name] = bound(next, name)
  if (around !== undefined) {
    for (const name of CALLS) {
      const call = wrapped[name] as ((request: unknown) => Promise<unknown>) | undefined
      if (call !== undefined) wrapped[name] = (request: unknown) => around(name, request, call)
    }
  }
  return Object.assign(wrapped, replaced) as unknown as P
}

/** The names of an object's members, those of its classes included. */
function memberNames(object: object): readonly string[] {
  const names = new Set<string>()
  for (
    let current: object | null = object;
    current !== null && current !== Object.prototype;
    current = Object.getPrototypeOf(current) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(current)) if (name !== 'constructor') names.add(name)
  }
  return [...names]
}

function bound(object: object, name: string): unknown {
  const member = (object as Record<string, unknown>)[name]
  return typeof member === 'function' ? (member.bind(object) as unknown) : member
}
