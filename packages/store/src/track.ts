import {
  checkSettings,
  deferStream,
  wrapProvider,
  type CompletionRequest,
  type CompletionStream,
  type Middleware,
  type Provider,
  type SettingsSpec,
} from '@llm/core'
import type { ContentOptions } from './content.ts'
import type { Store } from './store.ts'
import { TrackedCall, type AnyRequest, type CostFunction } from './tracked-call.ts'

/** What is written of each call. */
export interface TrackOptions extends ContentOptions {
  /**
   * Prices what neither the host nor a middleware has: `costOf` of `@llm/cost`. It is called when the row is written, off the
   * path of the call.
   */
  readonly cost?: CostFunction | undefined
}

const OPTIONS: SettingsSpec<TrackOptions> = {
  content: { type: ['stored', 'hashed', 'omitted'] },
  redact: { type: 'function' },
  cost: { type: 'function' },
}

/** They run no model. */
const UNTRACKED: ReadonlySet<string> = new Set(['countTokens', 'listModels'])

/**
 * Middleware that keeps a row of every request and of each of its tries, whatever becomes of it. It costs a call a few
 * microseconds: rows are written in batches, off its path, and never make it fail. Put it outermost.
 *
 * @throws {@link ConfigurationError} for an option that does not exist.
 * @example
 * ```ts
 * import { compose, retry, type Provider } from '@llm/core'
 * import { createStore, track } from '@llm/store'
 *
 * declare const provider: Provider
 *
 * const store = createStore()
 * const tracked = compose(provider, track(store, { content: 'hashed' }), retry())
 * ```
 */
export function track(store: Store, options: TrackOptions = {}): Middleware {
  const checked = checkSettings('track', options, OPTIONS)
  return next => {
    const begin = (operation: string, request: unknown): TrackedCall =>
      new TrackedCall({ operation, request: request as AnyRequest, store, options: checked, provider: next.id })
    return wrapProvider(next, {
      around: (operation, request, proceed) =>
        UNTRACKED.has(operation) ? proceed(request) : trackCall(begin(operation, request), () => proceed(request)),
      aroundStream: (operation, request, proceed) =>
        trackPieces(
          () => begin(operation, request),
          () => proceed(request),
        ),
      stream: request => trackStream(() => begin('stream', request), { next, request }),
      async close() {
        // What cannot be written is in the store's status; closing the provider must not fail for it.
        await store.flush().catch(() => undefined)
        await next.close?.()
      },
    })
  }
}

async function trackCall<T>(call: TrackedCall, proceed: () => Promise<T>): Promise<T> {
  try {
    const answer = await proceed()
    call.succeed(answer)
    return answer
  } catch (error) {
    call.fail(error)
    throw error
  }
}

/** Begins with the first read, as nothing is sent before. */
function trackStream(
  begin: () => TrackedCall,
  { next, request }: { readonly next: Provider; readonly request: CompletionRequest },
): CompletionStream {
  return deferStream(async () => {
    const call = begin()
    return next.stream(request).observe({
      onEvent: event => {
        call.see(event)
      },
      onEnd: (completion, error) => {
        call.end(completion, error)
      },
    })
  })
}

/** Streams of images, speech and transcripts: the last piece has the usage. */
async function* trackPieces<T>(begin: () => TrackedCall, proceed: () => AsyncIterable<T>): AsyncGenerator<T, void> {
  const call = begin()
  let last: T | undefined
  let ended = false
  try {
    for await (const piece of proceed()) {
      call.seeContent()
      last = piece
      yield piece
    }
    ended = true
    call.succeed(last)
  } catch (error) {
    ended = true
    call.fail(error)
    throw error
  } finally {
    if (!ended) call.leave(last)
  }
}
