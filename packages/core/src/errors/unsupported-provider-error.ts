import { LLMError } from './llm-error.ts'

/** There is no such provider here: not registered, or its package is not installed. */
export class UnsupportedProviderError extends LLMError {
  override readonly name: string = 'UnsupportedProviderError'
  override readonly code: string = 'unsupported_provider'
}
