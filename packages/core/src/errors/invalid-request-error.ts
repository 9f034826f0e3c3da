import { APICallError } from './api-call-error.ts'

/**
 * The host refuses the request as it is (400, 409, 413, 422 and the like).
 *
 * @example
 * ```ts
 * import { InvalidRequestError } from '@llm/core'
 *
 * function complaint(error: unknown): string | undefined {
 *   return error instanceof InvalidRequestError ? `${error.parameter ?? 'the request'}: ${error.message}` : undefined
 * }
 * ```
 */
export class InvalidRequestError extends APICallError {
  override readonly name: string = 'InvalidRequestError'
  override readonly code: string = 'invalid_request'
}
