import { APICallError } from './api-call-error.ts'

/** The conversation does not fit into the model's context window. */
export class ContextLengthError extends APICallError {
  override readonly name: string = 'ContextLengthError'
  override readonly code: string = 'context_length'
}
