import { APICallError } from './api-call-error.ts'

/**
 * The host could not be reached, or the connection broke before the answer was complete.
 *
 * @example
 * ```ts
 * import { ConnectionError } from '@llm/core'
 *
 * function textSoFar(error: unknown): string | undefined {
 *   return error instanceof ConnectionError ? error.partial?.text : undefined
 * }
 * ```
 */
export class ConnectionError extends APICallError {
  override readonly name: string = 'ConnectionError'
  override readonly code: string = 'connection'
}
