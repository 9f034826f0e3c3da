import { budget, compose, fallback, rateLimit, retry, type Provider } from '@llm/core'
import { compatible } from '@llm/provider-compatible'

/** A provider in everything that a service in production would put around it. */
export function fullStack(url: string): Provider {
  const settings = { apiKey: 'sk-test', baseURL: url }
  return compose(
    fallback([compatible(settings), { baseURL: `${url}/backup` }]),
    budget({ maxTokens: 1e12, window: 'day' }),
    rateLimit({ rpm: 1e9, tpm: 1e12, concurrency: 5_000 }),
    retry({ attempts: 4 }),
  )
}
