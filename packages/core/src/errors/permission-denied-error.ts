import { APICallError } from './api-call-error.ts'

/** The host knows the caller and refuses: the key may not use this model, region or feature (403). */
export class PermissionDeniedError extends APICallError {
  override readonly name: string = 'PermissionDeniedError'
  override readonly code: string = 'permission_denied'
}
