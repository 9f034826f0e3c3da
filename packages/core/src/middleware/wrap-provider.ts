import type { Provider } from '../provider.ts'

/** What middleware replaces. What it leaves out goes through unchanged. */
export interface ProviderOverrides extends Partial<
  Pick<Provider, 'id' | 'protocol' | 'complete' | 'stream' | 'derive' | 'close'>
> {
  /**
   * Goes around every capability that answers with a promise (`embed`, `generateImage` ...), and around `complete` where
   * that is not replaced. `name` says which; `proceed` makes the call.
   */
  around?: <T>(name: string, request: unknown, proceed: (request: unknown) => Promise<T>) => Promise<T>
  /** Goes around every capability but `stream` that answers piece by piece (`streamImage`, `streamSpeech` ...). */
  aroundStream?: <T>(
    name: string,
    request: unknown,
    proceed: (request: unknown) => AsyncIterable<T>,
  ) => AsyncIterable<T>
}

/** Methods that {@link ProviderOverrides.around} stands around: those that make one call and answer with a promise. */
const CALLS = [
  'complete',
  'completeCode',
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

/** Methods that {@link ProviderOverrides.aroundStream} stands around. */
const STREAMS = ['streamImage', 'streamSpeech', 'streamTranscription'] as const

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
  const { around, aroundStream, ...replaced } = overrides
  const wrapped = forward(next)
  if (around !== undefined) surround<Promise<unknown>>(wrapped, CALLS, around)
  if (aroundStream !== undefined) surround<AsyncIterable<unknown>>(wrapped, STREAMS, aroundStream)
  return Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(replaced)) as unknown as P
}

/** Puts a layer around those of the methods that there are. */
function surround<R>(
  wrapped: Record<string, unknown>,
  names: readonly string[],
  layer: (name: string, request: unknown, proceed: (request: unknown) => R) => R,
): void {
  for (const name of names) {
    const call = wrapped[name] as ((request: unknown) => R) | undefined
    if (call !== undefined) wrapped[name] = (request: unknown) => layer(name, request, call)
  }
}

/** An object with the members of another one, those of its classes included, which still see their own `this`. */
function forward(object: object): Record<string, unknown> {
  const forwarded: Record<PropertyKey, unknown> = {}
  for (let level: object | null = object; level !== null && level !== Object.prototype; level = parent(level)) {
    for (const name of Reflect.ownKeys(level)) {
      if (name === 'constructor' || Object.hasOwn(forwarded, name)) continue
      const member = Object.getOwnPropertyDescriptor(level, name)
      Object.defineProperty(forwarded, name, forwardMember(object, name, member))
    }
  }
  return forwarded
}

function parent(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null
}

/** A getter stays one: it may load something at its first use, or say something else later. */
function forwardMember(object: object, name: PropertyKey, member: PropertyDescriptor | undefined): PropertyDescriptor {
  const open = { enumerable: true, configurable: true }
  if (member !== undefined && 'get' in member) return { ...open, get: () => Reflect.get(object, name) as unknown }
  const value: unknown = member?.value
  return { ...open, writable: true, value: typeof value === 'function' ? (value.bind(object) as unknown) : value }
}
