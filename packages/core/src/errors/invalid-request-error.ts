import { APICallError } from './api-call-error.ts'

/** The host refuses the request as it is (400, 409, 413, 422 and the like). */
export class InvalidRequestError extends APICallError {
  override readonly name: string = 'InvalidRequestError'
  override readonly code: string = 'invalid_request'
}
