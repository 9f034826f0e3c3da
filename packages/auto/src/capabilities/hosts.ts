import type { Provider } from '@llm/core'
import { anthropic } from '@llm/provider-anthropic'
import { azure } from '@llm/provider-azure'
import { bedrock } from '@llm/provider-bedrock'
import { compatible } from '@llm/provider-compatible'
import { google, vertex } from '@llm/provider-google'
import { groq } from '@llm/provider-groq'
import { openai } from '@llm/provider-openai'
import { openrouter } from '@llm/provider-openrouter'
import { VENDORS } from '../hosts.ts'

const apiKey = 'a-key'

type Create = (fetch: typeof globalThis.fetch) => Provider

/** Every host, over a fetch of the test's own. */
export const HOSTS: Readonly<Record<string, Create>> = {
  openai: fetch => openai({ apiKey, fetch }),
  azure: fetch => azure({ apiKey, baseURL: 'https://example.openai.azure.com', fetch }),
  anthropic: fetch => anthropic({ apiKey, fetch }),
  google: fetch => google({ apiKey, fetch }),
  vertex: fetch => vertex({ project: 'p', location: 'us-central1', accessToken: () => 'ya29.token', fetch }),
  groq: fetch => groq({ apiKey, fetch }),
  openrouter: fetch => openrouter({ apiKey, fetch }),
  bedrock: fetch => bedrock({ apiKey, region: 'us-east-1', fetch }),
  ...Object.fromEntries(
    VENDORS.map((vendor): [string, Create] => [vendor, fetch => compatible({ vendor, apiKey, fetch })]),
  ),
}
