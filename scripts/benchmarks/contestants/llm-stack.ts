import { budget, compose, fallback, rateLimit, retry, type CompletionEvent } from '@llm/core'
import { openai } from '@llm/provider-openai'
import { MODEL, PROMPT, type Contestant, type Setup } from './contestant.ts'

/** The provider in everything that a service in production would put around it. */
export function create(setup: Setup): Contestant<CompletionEvent> {
  const provider = compose(
    fallback([openai(setup), { baseURL: `${setup.baseURL}/backup` }]),
    budget({ maxTokens: 1e12, window: 'day' }),
    rateLimit({ rpm: 1e9, tpm: 1e12, concurrency: 100 }),
    retry(),
  )
  const messages = [{ role: 'user', content: PROMPT }] as const
  return {
    stream: options => provider.stream({ model: MODEL, messages, ...options }),
    textOf: event => (event.type === 'text-delta' ? event.text : ''),
    complete: async options => (await provider.complete({ model: MODEL, messages, ...options })).text,
  }
}
