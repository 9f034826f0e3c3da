import { APICallError } from './api-call-error.ts'

/** The host has no such model, deployment, file or path (404). */
export class NotFoundError extends APICallError {
  override readonly name: string = 'NotFoundError'
  override readonly code: string = 'not_found'
}
