import { APICallError } from './api-call-error.ts'

/** The host has no capacity at the moment (503, 529). Another host may. */
export class OverloadedError extends APICallError {
  override readonly name: string = 'OverloadedError'
  override readonly code: string = 'overloaded'
}
