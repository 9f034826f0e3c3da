import { APICallError } from './api-call-error.ts'

/**
 * Too many requests or tokens for now (429). Wait for `retryAfterMs` where the host gives it.
 *
 * @example
 * ```ts
 * import { RateLimitError } from '@llm/core'
 *
 * function waitMs(error: unknown): number | undefined {
 *   return error instanceof RateLimitError ? (error.retryAfterMs ?? 1000) : undefined
 * }
 * ```
 */
export class RateLimitError extends APICallError {
  override readonly name: string = 'RateLimitError'
  override readonly code: string = 'rate_limit'
}
