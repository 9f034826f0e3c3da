import { APICallError } from './api-call-error.ts'

/**
 * The host's content filter, or a guard of one's own, refused the request or its answer.
 *
 * @example
 * ```ts
 * import { ContentFilterError } from '@llm/core'
 *
 * function wasRefused(error: unknown): boolean {
 *   return error instanceof ContentFilterError
 * }
 * ```
 */
export class ContentFilterError extends APICallError {
  override readonly name: string = 'ContentFilterError'
  override readonly code: string = 'content_filter'
}
