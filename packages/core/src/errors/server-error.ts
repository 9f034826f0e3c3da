import { APICallError } from './api-call-error.ts'

/**
 * The host failed (500, 502, 504 and the like).
 *
 * @example
 * ```ts
 * import { ServerError } from '@llm/core'
 *
 * function forSupport(error: unknown): string | undefined {
 *   return error instanceof ServerError ? `${error.provider ?? ''}: ${error.requestId ?? 'no id'}` : undefined
 * }
 * ```
 */
export class ServerError extends APICallError {
  override readonly name: string = 'ServerError'
  override readonly code: string = 'server'
}
