import { LLMError } from './llm-error.ts'

/** A tool failed, took too long, or was called with arguments that do not fit it. */
export class ToolError extends LLMError {
  override readonly name: string = 'ToolError'
  override readonly code: string = 'tool'
}
