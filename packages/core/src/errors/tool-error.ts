import { LLMError } from './llm-error.ts'

/**
 * A tool failed, took too long, or was called with arguments that do not fit it.
 *
 * @example
 * ```ts
 * import { ToolError } from '@llm/core'
 *
 * throw new ToolError({ message: 'The tool "weather" failed.', cause: new Error('no such city') })
 * ```
 */
export class ToolError extends LLMError {
  override readonly name: string = 'ToolError'
  override readonly code: string = 'tool'
}
