import { LLMError } from './llm-error.ts'

/**
 * A conversation, a schema or a part cannot be put into the form that this host takes.
 *
 * @example
 * ```ts
 * import { TransformationError } from '@llm/core'
 *
 * throw new TransformationError({ message: 'This host takes no video.', hint: 'Use one that does, or leave it out.' })
 * ```
 */
export class TransformationError extends LLMError {
  override readonly name: string = 'TransformationError'
  override readonly code: string = 'transformation'
}
