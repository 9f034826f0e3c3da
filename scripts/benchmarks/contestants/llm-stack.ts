import { budget, compose, fallback, hooks, rateLimit, retry, timeouts, type CompletionEvent } from '@llm/core'
import type { Contestant, Setup } from './contestant.ts'
import { callProvider, createProvider } from './llm-provider.ts'

/** The provider in everything that a service in production would put around it. */
export function create(setup: Setup): Contestant<CompletionEvent> {
  const noted = { calls: 0, answers: 0, failures: 0 }
  const provider = compose(
    fallback([createProvider(setup), { baseURL: `${setup.origin}/backup/v1` }]),
    hooks({
      onRequest: () => (noted.calls += 1),
      onComplete: () => (noted.answers += 1),
      onError: () => (noted.failures += 1),
    }),
    budget({ maxTokens: 1e12, window: 'day' }),
    rateLimit({ rpm: 1e9, tpm: 1e12, concurrency: 10_000 }),
    retry(),
    timeouts({ totalMs: 600_000, firstContentMs: 120_000, livenessMs: 60_000, idleMs: 60_000 }),
  )
  return callProvider(provider, setup)
}
