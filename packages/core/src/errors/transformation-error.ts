import { LLMError } from './llm-error.ts'

/** A conversation, a schema or a part cannot be put into the form that this host takes. */
export class TransformationError extends LLMError {
  override readonly name: string = 'TransformationError'
  override readonly code: string = 'transformation'
}
