import type { Usage } from '../usage.ts'
import { assignDefined, LLMError, type LLMErrorOptions } from './llm-error.ts'

/** One way in which a value does not fit a schema. */
export interface SchemaIssue {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** What a {@link StructuredOutputError} is built from. */
export interface StructuredOutputErrorOptions extends LLMErrorOptions {
  readonly text: string
  readonly issues: readonly SchemaIssue[]
  readonly usage?: Usage | undefined
}

/**
 * The answer does not fit the schema that was asked for. It was paid for: `usage` says how much.
 *
 * @example
 * ```ts
 * import { StructuredOutputError } from '@llm/core'
 *
 * function whatDoesNotFit(error: unknown): readonly string[] {
 *   if (!(error instanceof StructuredOutputError)) return []
 *   return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
 * }
 * ```
 */
export class StructuredOutputError extends LLMError {
  override readonly name: string = 'StructuredOutputError'
  override readonly code: string = 'structured_output'
  /** What the model wrote. Left out of JSON and of printed errors. */
  declare readonly text: string
  declare readonly issues: readonly SchemaIssue[]
  declare readonly usage?: Usage

  constructor(options: StructuredOutputErrorOptions) {
    super(options)
    assignDefined(this, { issues: options.issues, usage: options.usage })
    Object.defineProperty(this, 'text', { value: options.text })
  }
}
