import { APICallError } from './api-call-error.ts'

/**
 * The host does not know the caller: the key is missing, wrong or revoked (401).
 *
 * @example
 * ```ts
 * import { AuthenticationError } from '@llm/core'
 *
 * function mustRenewKey(error: unknown): boolean {
 *   return error instanceof AuthenticationError
 * }
 * ```
 */
export class AuthenticationError extends APICallError {
  override readonly name: string = 'AuthenticationError'
  override readonly code: string = 'authentication'
}
