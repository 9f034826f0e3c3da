import { LLMError } from './llm-error.ts'

/**
 * A budget forbids the call. Nothing was sent.
 *
 * @example
 * ```ts
 * import { BudgetExceededError } from '@llm/core'
 *
 * function isOutOfBudget(error: unknown): boolean {
 *   return error instanceof BudgetExceededError // the message names the budget, the hint when it begins anew
 * }
 * ```
 */
export class BudgetExceededError extends LLMError {
  override readonly name: string = 'BudgetExceededError'
  override readonly code: string = 'budget_exceeded'
}
