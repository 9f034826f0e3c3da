import { gpt } from '@llm/client-gpt'
import type { CompletionEvent } from '@llm/core'
import { PROMPT, type Contestant, type Setup } from './contestant.ts'
import { createProvider } from './llm-provider.ts'

export function create(setup: Setup): Contestant<CompletionEvent> {
  const client = gpt(setup.model, { provider: createProvider(setup) })
  return {
    stream: options => client.stream(PROMPT, options),
    textOf: event => (event.type === 'text-delta' ? event.text : ''),
    complete: async options => (await client.complete(PROMPT, options)).text,
  }
}
