import { APICallError } from './api-call-error.ts'

/** The host failed (500, 502, 504 and the like). */
export class ServerError extends APICallError {
  override readonly name: string = 'ServerError'
  override readonly code: string = 'server'
}
