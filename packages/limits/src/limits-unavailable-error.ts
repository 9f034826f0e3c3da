import { LLMError } from '@llm/core'

/**
 * The place where limits are kept does not answer, and calls are to be refused then. Nothing was sent.
 *
 * @example
 * ```ts
 * import { rateLimit, type Provider } from '@llm/core'
 * import { LimitsUnavailableError, sharedLimits } from '@llm/limits'
 *
 * declare const provider: Provider
 *
 * const limits = sharedLimits({ url: 'redis://localhost', whenLost: 'refuse' })
 * const limited = rateLimit({ rpm: 500, store: limits.rateLimits })(provider)
 * const answer = limited.complete({ model: 'm', messages: [{ role: 'user', content: 'Hello!' }] })
 * answer.catch((error: unknown) => {
 *   if (error instanceof LimitsUnavailableError) console.error(error.hint)
 * })
 * ```
 */
export class LimitsUnavailableError extends LLMError {
  override readonly name: string = 'LimitsUnavailableError'
  override readonly code: string = 'limits_unavailable'
  override readonly retryable: boolean = true
}
