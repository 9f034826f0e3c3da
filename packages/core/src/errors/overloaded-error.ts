import { APICallError } from './api-call-error.ts'

/**
 * The host has no capacity at the moment (503, 529). Another host may.
 *
 * @example
 * ```ts
 * import { OverloadedError } from '@llm/core'
 *
 * function waitMs(error: unknown): number | undefined {
 *   return error instanceof OverloadedError ? (error.retryAfterMs ?? 5000) : undefined
 * }
 * ```
 */
export class OverloadedError extends APICallError {
  override readonly name: string = 'OverloadedError'
  override readonly code: string = 'overloaded'
}
