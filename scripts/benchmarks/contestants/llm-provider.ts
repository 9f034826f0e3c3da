import type { CompletionEvent } from '@llm/core'
import { openai } from '@llm/provider-openai'
import { MODEL, PROMPT, type Contestant, type Setup } from './contestant.ts'

export function create(setup: Setup): Contestant<CompletionEvent> {
  const provider = openai(setup)
  const messages = [{ role: 'user', content: PROMPT }] as const
  return {
    stream: options => provider.stream({ model: MODEL, messages, ...options }),
    textOf: event => (event.type === 'text-delta' ? event.text : ''),
    complete: async options => (await provider.complete({ model: MODEL, messages, ...options })).text,
  }
}
