import { CompletionAccumulator } from './accumulator.ts'
import { CompletionStream } from './completion-stream.ts'

/**
 * A stream that is opened on the first read: for whoever must wait for something before it can call a provider. Batches
 * go through as they are.
 *
 * @example
 * ```ts
 * import { deferStream, wrapProvider, type Middleware } from '@llm/core'
 *
 * declare function turn(): Promise<void>
 *
 * const queued: Middleware = next =>
 *   wrapProvider(next, {
 *     stream: request =>
 *       deferStream(async () => {
 *         await turn()
 *         return next.stream(request)
 *       }),
 *   })
 * ```
 */
export function deferStream(open: () => Promise<CompletionStream>): CompletionStream {
  let opened: CompletionStream | undefined
  let cancelled = false
  const pullFirst = async (): ReturnType<CompletionStream['pull']> => {
    opened = await open()
    if (cancelled) await opened.cancel()
    return opened.pull()
  }
  return new CompletionStream({
    pull: () => opened?.pull() ?? pullFirst(),
    async cancel() {
      cancelled = true
      await opened?.cancel()
    },
    snapshot: interrupted => (opened ?? new CompletionAccumulator()).snapshot(interrupted),
  })
}
