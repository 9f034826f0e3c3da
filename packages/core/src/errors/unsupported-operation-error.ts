import { LLMError } from './llm-error.ts'

/** The provider or the model cannot do this at all. The hint names one that can, or what to call instead. */
export class UnsupportedOperationError extends LLMError {
  override readonly name: string = 'UnsupportedOperationError'
  override readonly code: string = 'unsupported_operation'
}
