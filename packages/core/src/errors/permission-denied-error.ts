import { APICallError } from './api-call-error.ts'

/**
 * The host knows the caller and refuses: the key may not use this model, region or feature (403).
 *
 * @example
 * ```ts
 * import { PermissionDeniedError } from '@llm/core'
 *
 * function deniedModel(error: unknown): string | undefined {
 *   return error instanceof PermissionDeniedError ? error.model : undefined
 * }
 * ```
 */
export class PermissionDeniedError extends APICallError {
  override readonly name: string = 'PermissionDeniedError'
  override readonly code: string = 'permission_denied'
}
