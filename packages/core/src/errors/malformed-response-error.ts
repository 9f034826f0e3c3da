import { APICallError } from './api-call-error.ts'

/** The host answered with something that is not of its API: broken JSON, an HTML page, an empty body. */
export class MalformedResponseError extends APICallError {
  override readonly name: string = 'MalformedResponseError'
  override readonly code: string = 'malformed_response'
}
