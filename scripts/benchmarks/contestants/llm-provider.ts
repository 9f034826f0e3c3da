import type { CompletionEvent, Provider } from '@llm/core'
import { anthropic } from '@llm/provider-anthropic'
import { azure } from '@llm/provider-azure'
import { bedrock } from '@llm/provider-bedrock'
import { compatible } from '@llm/provider-compatible'
import { google } from '@llm/provider-google'
import { groq } from '@llm/provider-groq'
import { openai } from '@llm/provider-openai'
import { openrouter } from '@llm/provider-openrouter'
import { PROMPT, type Api, type Contestant, type Setup } from './contestant.ts'

export function create(setup: Setup): Contestant<CompletionEvent> {
  return callProvider(createProvider(setup), setup)
}

/** A provider asked without a client. */
export function callProvider(provider: Provider, { model }: Setup): Contestant<CompletionEvent> {
  const messages = [{ role: 'user', content: PROMPT }] as const
  return {
    stream: options => provider.stream({ model, messages, ...options }),
    textOf: event => (event.type === 'text-delta' ? event.text : ''),
    complete: async options => (await provider.complete({ model, messages, ...options })).text,
  }
}

export const createProvider = (setup: Setup): Provider => PROVIDERS[setup.api](setup)

const PROVIDERS: Readonly<Record<Api, (setup: Setup) => Provider>> = {
  responses: ({ origin, apiKey }) => openai({ api: 'responses', baseURL: `${origin}/v1`, apiKey }),
  chat: ({ origin, apiKey }) => openai({ api: 'chat', baseURL: `${origin}/v1`, apiKey }),
  anthropic: ({ origin, apiKey }) => anthropic({ baseURL: origin, apiKey }),
  google: ({ origin, apiKey }) => google({ baseURL: origin, apiKey }),
  groq: ({ origin, apiKey }) => groq({ baseURL: origin, apiKey }),
  bedrock: ({ origin, apiKey }) => bedrock({ baseURL: origin, region: 'us-east-1', apiKey }),
  azure: ({ origin, apiKey }) => azure({ api: 'chat', baseURL: `${origin}/openai/v1`, apiKey }),
  openrouter: ({ origin, apiKey }) => openrouter({ api: 'chat', baseURL: `${origin}/api/v1`, apiKey }),
  compatible: ({ origin, apiKey }) => compatible({ baseURL: `${origin}/v1`, apiKey }),
}
