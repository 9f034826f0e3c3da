import { APICallError } from './api-call-error.ts'

/**
 * The host has no such model, deployment, file or path (404).
 *
 * @example
 * ```ts
 * import { NotFoundError } from '@llm/core'
 *
 * function missingModel(error: unknown): string | undefined {
 *   return error instanceof NotFoundError ? error.model : undefined
 * }
 * ```
 */
export class NotFoundError extends APICallError {
  override readonly name: string = 'NotFoundError'
  override readonly code: string = 'not_found'
}
