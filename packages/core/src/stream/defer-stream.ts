import { CompletionAccumulator } from './accumulator.ts'
import { CompletionStream } from './completion-stream.ts'

/**
 * A stream that is opened on the first read: for whoever must wait for something before it can call a provider. Batches
 * go through as they are. Whoever waits is told by `left` when the reader has gone: nobody needs the stream any more.
 *
 * @example
 * ```ts
 * import { deferStream, wrapProvider, type Middleware } from '@llm/core'
 *
 * declare function turn(left: AbortSignal): Promise<void>
 *
 * const queued: Middleware = next =>
 *   wrapProvider(next, {
 *     stream: request =>
 *       deferStream(async left => {
 *         await turn(left)
 *         return next.stream(request)
 *       }),
 *   })
 * ```
 */
export function deferStream(open: (left: AbortSignal) => Promise<CompletionStream>): CompletionStream {
  let opened: CompletionStream | undefined
  const left = new AbortController()
  const pullFirst = async (): ReturnType<CompletionStream['pull']> => {
    opened = await open(left.signal)
    if (left.signal.aborted) await opened.cancel()
    return opened.pull()
  }
  return new CompletionStream({
    pull: () => opened?.pull() ?? pullFirst(),
    async cancel() {
      left.abort()
      await opened?.cancel()
    },
    snapshot: interrupted => (opened ?? new CompletionAccumulator()).snapshot(interrupted),
  })
}
