import type { Provider } from '../provider.ts'
import { surroundKept, type AroundKept } from './around-kept.ts'
import { forwardMembers } from './forward-members.ts'

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
  /**
   * Goes around every call of `batches`, `embeddingBatches`, `files` and `vectorStores` that answers with a promise. `name`
   * is such as `files.get`, `options` are those of the call; `proceed` makes it.
   */
  aroundKept?: AroundKept
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
  const { around, aroundStream, aroundKept, ...replaced } = overrides
  const wrapped = forwardMembers(next)
  if (around !== undefined) surround<Promise<unknown>>(wrapped, CALLS, around)
  if (aroundStream !== undefined) surround<AsyncIterable<unknown>>(wrapped, STREAMS, aroundStream)
  if (aroundKept !== undefined) surroundKept(wrapped, aroundKept)
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
