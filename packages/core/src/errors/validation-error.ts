import { assignDefined, LLMError, type LLMErrorOptions } from './llm-error.ts'

/** What a {@link ValidationError} is built from. */
export interface ValidationErrorOptions extends LLMErrorOptions {
  readonly parameter?: string | undefined
}

/**
 * A request is wrong in itself, or asks what its model cannot take and `strict` was set. Nothing was sent.
 *
 * @example
 * ```ts
 * import { ValidationError } from '@llm/core'
 *
 * function wrongField(error: unknown): string | undefined {
 *   return error instanceof ValidationError ? error.parameter : undefined
 * }
 * ```
 */
export class ValidationError extends LLMError {
  override readonly name: string = 'ValidationError'
  override readonly code: string = 'validation'
  /** The request field that is wrong. */
  declare readonly parameter?: string

  constructor(options: ValidationErrorOptions) {
    super(options)
    assignDefined(this, { parameter: options.parameter })
  }
}
