import { LLMError } from './llm-error.ts'

/**
 * There is no such provider here: not registered, or its package is not installed.
 *
 * @example
 * ```ts
 * import { loadProvider, UnsupportedProviderError } from '@llm/core'
 *
 * try {
 *   await loadProvider('example')
 * } catch (error) {
 *   if (error instanceof UnsupportedProviderError) console.error(error.hint) // which package to install
 * }
 * ```
 */
export class UnsupportedProviderError extends LLMError {
  override readonly name: string = 'UnsupportedProviderError'
  override readonly code: string = 'unsupported_provider'
}
