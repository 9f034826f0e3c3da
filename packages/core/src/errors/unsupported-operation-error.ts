import { LLMError } from './llm-error.ts'

/**
 * The provider or the model cannot do this at all. The hint names one that can, or what to call instead.
 *
 * @example
 * ```ts
 * import { UnsupportedOperationError, type ModelClient } from '@llm/core'
 *
 * declare const client: ModelClient
 *
 * try {
 *   await client.generateImage('A cat in a hat')
 * } catch (error) {
 *   if (error instanceof UnsupportedOperationError) console.error(error.message, error.hint)
 * }
 * ```
 */
export class UnsupportedOperationError extends LLMError {
  override readonly name: string = 'UnsupportedOperationError'
  override readonly code: string = 'unsupported_operation'
}
