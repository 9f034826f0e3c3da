import type { Provider, ProviderSettings } from '@llm/core'
import { anthropic } from '@llm/provider-anthropic'
import { azure } from '@llm/provider-azure'
import { bedrock } from '@llm/provider-bedrock'
import { compatible } from '@llm/provider-compatible'
import { google, vertex } from '@llm/provider-google'
import { groq } from '@llm/provider-groq'
import { openai } from '@llm/provider-openai'
import { openrouter } from '@llm/provider-openrouter'
import {
  chatFixtures,
  converseFixtures,
  generateContentFixtures,
  messagesFixtures,
  responsesFixtures,
  type WireFixtures,
} from '@llm/testing'

/** A provider to put before the faulty server, and its wire format. */
export interface Host {
  readonly name: string
  readonly fixtures: WireFixtures
  create(settings: ProviderSettings): Provider
}

const chat = chatFixtures()
const responses = responsesFixtures()
const gemini = generateContentFixtures()

/** Every host, in each of its wire formats. */
export const HOSTS: readonly Host[] = [
  { name: 'openai', fixtures: responses, create: settings => openai(settings) },
  { name: 'openai chat', fixtures: chat, create: settings => openai({ ...settings, api: 'chat' }) },
  { name: 'azure', fixtures: chat, create: settings => azure(settings) },
  { name: 'azure responses', fixtures: responses, create: settings => azure({ ...settings, api: 'responses' }) },
  { name: 'anthropic', fixtures: messagesFixtures(), create: settings => anthropic(settings) },
  { name: 'google', fixtures: gemini, create: settings => google(settings) },
  { name: 'vertex', fixtures: gemini, create: settings => vertex(settings) },
  { name: 'groq', fixtures: chat, create: settings => groq(settings) },
  { name: 'openrouter', fixtures: chat, create: settings => openrouter(settings) },
  { name: 'bedrock', fixtures: converseFixtures(), create: settings => bedrock({ region: 'us-east-1', ...settings }) },
  { name: 'compatible', fixtures: chat, create: settings => compatible(settings) },
]
