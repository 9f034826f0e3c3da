import { budget, compose, fallback, rateLimit, retry, type CompletionEvent } from '@llm/core'
import type { Contestant, Setup } from './contestant.ts'
import { callProvider, createProvider } from './llm-provider.ts'

/** The provider in everything that a service in production would put around it. */
export function create(setup: Setup): Contestant<CompletionEvent> {
  const provider = compose(
    fallback([createProvider(setup), { baseURL: `${setup.origin}/backup/v1` }]),
    budget({ maxTokens: 1e12, window: 'day' }),
    rateLimit({ rpm: 1e9, tpm: 1e12, concurrency: 100 }),
    retry(),
  )
  return callProvider(provider, setup)
}
