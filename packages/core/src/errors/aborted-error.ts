import { LLMError } from './llm-error.ts'

/**
 * The caller ended the call through its signal; `cause` is the signal's reason. What had arrived of a stream is in
 * `partial`.
 *
 * @example
 * ```ts
 * import { AbortedError, type ModelClient } from '@llm/core'
 *
 * declare const client: ModelClient
 *
 * const stop = new AbortController()
 * process.once('SIGINT', () => stop.abort())
 * try {
 *   await client.complete('Tell me a story.', { signal: stop.signal })
 * } catch (error) {
 *   if (error instanceof AbortedError) console.log('stopped', error.cause)
 * }
 * ```
 */
export class AbortedError extends LLMError {
  override readonly name: string = 'AbortedError'
  override readonly code: string = 'aborted'
}
