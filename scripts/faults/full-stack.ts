import { budget, compose, fallback, hooks, rateLimit, retry, timeouts, type Provider } from '@llm/core'
import { pooledFetch } from '@llm/pool'
import { compatible } from '@llm/provider-compatible'

/** A provider in everything that a service in production would put around it. */
export function fullStack(url: string): Provider {
  const settings = { apiKey: 'sk-test', baseURL: url, fetch: pooledFetch() }
  const noted = { calls: 0, answers: 0, failures: 0 }
  return compose(
    fallback([compatible(settings), { baseURL: `${url}/backup` }]),
    hooks({
      onRequest: () => (noted.calls += 1),
      onComplete: () => (noted.answers += 1),
      onError: () => (noted.failures += 1),
    }),
    budget({ maxTokens: 1e12, window: 'day' }),
    rateLimit({ rpm: 1e9, tpm: 1e12, concurrency: 5_000 }),
    retry({ attempts: 4 }),
    timeouts({ totalMs: 600_000, firstContentMs: 120_000, livenessMs: 60_000, idleMs: 60_000 }),
  )
}
