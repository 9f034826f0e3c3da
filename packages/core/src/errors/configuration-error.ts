import { LLMError } from './llm-error.ts'

/** The library was set up wrongly: an unknown setting, a missing key, a wrong type. Nothing was sent. */
export class ConfigurationError extends LLMError {
  override readonly name: string = 'ConfigurationError'
  override readonly code: string = 'configuration'
}
