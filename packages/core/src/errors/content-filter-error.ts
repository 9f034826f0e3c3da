import { APICallError } from './api-call-error.ts'

/** The host's content filter refused the request. */
export class ContentFilterError extends APICallError {
  override readonly name: string = 'ContentFilterError'
  override readonly code: string = 'content_filter'
}
