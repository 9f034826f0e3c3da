import { APICallError } from './api-call-error.ts'

/**
 * The account's quota or credit is used up (402, or a 429 that waiting does not mend).
 *
 * @example
 * ```ts
 * import { QuotaExceededError } from '@llm/core'
 *
 * function mustTopUp(error: unknown): boolean {
 *   return error instanceof QuotaExceededError // not retryable: waiting does not mend it
 * }
 * ```
 */
export class QuotaExceededError extends APICallError {
  override readonly name: string = 'QuotaExceededError'
  override readonly code: string = 'quota_exceeded'
}
