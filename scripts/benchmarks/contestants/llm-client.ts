import { gpt } from '@llm/client-gpt'
import type { CompletionEvent } from '@llm/core'
import { openai } from '@llm/provider-openai'
import { MODEL, PROMPT, type Contestant, type Setup } from './contestant.ts'

export function create(setup: Setup): Contestant<CompletionEvent> {
  const client = gpt(MODEL, { provider: openai(setup) })
  return {
    stream: options => client.stream(PROMPT, options),
    textOf: event => (event.type === 'text-delta' ? event.text : ''),
    complete: async options => (await client.complete(PROMPT, options)).text,
  }
}
