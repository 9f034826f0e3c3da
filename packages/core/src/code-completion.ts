import type { CallOptions } from './call-options.ts'
import type { ModelSpec } from './specs/model-spec.ts'
import type { Warning } from './warning.ts'

/**
 * Code to fill in between what stands before the cursor and what stands behind it.
 *
 * @example
 * ```ts
 * import type { CodeRequest } from '@llm/core'
 *
 * const request: CodeRequest = {
 *   model: 'some-code-model',
 *   prefix: 'function fibonacci(n: number): number {\n',
 *   suffix: '\n}',
 *   maxTokens: 64,
 * }
 * ```
 */
export interface CodeRequest extends CallOptions {
  readonly model: string
  /** The code before the cursor. */
  readonly prefix: string
  /** The code behind the cursor. Without it the prefix is continued. */
  readonly suffix?: string | undefined
  /** The most tokens to fill in. */
  readonly maxTokens?: number | undefined
  /** How freely to choose, from 0. A client asks with 0 where the call does not say. */
  readonly temperature?: number | undefined
  /** Choose only among the likeliest that have this probability together, from 0 to 1. */
  readonly topP?: number | undefined
  /** Texts at which the model stops. */
  readonly stop?: readonly string[] | undefined
  /** Ask for the same code each time, where the host tries to. */
  readonly seed?: number | undefined
  /** What the family knows of this model. Clients attach it. */
  readonly spec?: ModelSpec | undefined
  /** What was already done to the request on its way here; told again with the answer. */
  readonly warnings?: readonly Warning[] | undefined
}
