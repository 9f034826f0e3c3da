import { APICallError } from './api-call-error.ts'

/**
 * The conversation does not fit into the model's context window.
 *
 * @example
 * ```ts
 * import { ContextLengthError, messageWeigher, trimHistory, type Message } from '@llm/core'
 *
 * async function shorten(error: unknown, messages: readonly Message[]): Promise<readonly Message[]> {
 *   if (!(error instanceof ContextLengthError)) return messages
 *   return trimHistory(messages, { limit: 20_000, weigh: await messageWeigher() })
 * }
 * ```
 */
export class ContextLengthError extends APICallError {
  override readonly name: string = 'ContextLengthError'
  override readonly code: string = 'context_length'
}
