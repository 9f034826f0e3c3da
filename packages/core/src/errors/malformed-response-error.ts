import { APICallError } from './api-call-error.ts'

/**
 * The host answered with something that is not of its API: broken JSON, an HTML page, an empty body.
 *
 * @example
 * ```ts
 * import { MalformedResponseError } from '@llm/core'
 *
 * function isProbablyNoApi(error: unknown): boolean {
 *   return error instanceof MalformedResponseError // a wrong baseURL, or a proxy that answers in the host's place
 * }
 * ```
 */
export class MalformedResponseError extends APICallError {
  override readonly name: string = 'MalformedResponseError'
  override readonly code: string = 'malformed_response'
}
