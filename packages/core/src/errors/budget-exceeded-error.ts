import { LLMError } from './llm-error.ts'

/** A budget forbids the call. Nothing was sent. */
export class BudgetExceededError extends LLMError {
  override readonly name: string = 'BudgetExceededError'
  override readonly code: string = 'budget_exceeded'
}
