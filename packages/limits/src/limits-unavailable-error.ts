import { LLMError } from '@llm/core'

/** The place where limits are kept does not answer, and calls are to be refused then. Nothing was sent. */
export class LimitsUnavailableError extends LLMError {
  override readonly name: string = 'LimitsUnavailableError'
  override readonly code: string = 'limits_unavailable'
  override readonly retryable: boolean = true
}
