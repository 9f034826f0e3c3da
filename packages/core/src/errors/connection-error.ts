import { APICallError } from './api-call-error.ts'

/** The host could not be reached, or the connection broke before the answer was complete. */
export class ConnectionError extends APICallError {
  override readonly name: string = 'ConnectionError'
  override readonly code: string = 'connection'
}
