import { LLMError } from './llm-error.ts'

/**
 * The library was set up wrongly: an unknown setting, a missing key, a wrong type. Nothing was sent.
 *
 * @example
 * ```ts
 * import { ConfigurationError } from '@llm/core'
 *
 * throw new ConfigurationError({ message: 'example has no apiKey.', hint: 'Set EXAMPLE_API_KEY.' })
 * ```
 */
export class ConfigurationError extends LLMError {
  override readonly name: string = 'ConfigurationError'
  override readonly code: string = 'configuration'
}
