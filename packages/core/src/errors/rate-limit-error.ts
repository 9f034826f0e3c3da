import { APICallError } from './api-call-error.ts'

/** Too many requests or tokens for now (429). Wait for `retryAfterMs` where the host gives it. */
export class RateLimitError extends APICallError {
  override readonly name: string = 'RateLimitError'
  override readonly code: string = 'rate_limit'
}
