import {
  checkSettings,
  COMMON_SETTINGS,
  inheritSettings,
  lazy,
  missingSetting,
  withEnvironment,
  type Provider,
  type ProviderSettings,
  type SettingsSpec,
} from '@llm/core'
import { createChatCodec, createResponsesCodec, defineHost } from '@llm/protocol-openai'
import type { OpenAI } from 'openai'
import { createCapabilities, type OpenAICapabilities } from './openai-capabilities.ts'
import { applyOptions, extendBody } from './completion/render-request.ts'

/** Settings of {@link openai}. */
export interface OpenAISettings extends ProviderSettings {
  /** Defaults to `OPENAI_API_KEY`, read at the first call. */
  readonly apiKey?: string | undefined
  /** Defaults to `OPENAI_BASE_URL`, then to `https://api.openai.com/v1`. */
  readonly baseURL?: string | undefined
  /** Defaults to `OPENAI_ORG_ID`. */
  readonly organization?: string | undefined
  /** Defaults to `OPENAI_PROJECT_ID`. */
  readonly project?: string | undefined
  /**
   * Which of OpenAI's two APIs to speak. Chat completions have what responses have not: `stop`, `seed`, penalties, sound.
   *
   * @default 'responses'
   */
  readonly api?: 'responses' | 'chat' | undefined
}

const SETTINGS: SettingsSpec<OpenAISettings> = {
  ...COMMON_SETTINGS,
  apiKey: { type: 'string', env: 'OPENAI_API_KEY' },
  baseURL: { type: 'string', env: 'OPENAI_BASE_URL' },
  organization: { type: 'string', env: 'OPENAI_ORG_ID' },
  project: { type: 'string', env: 'OPENAI_PROJECT_ID' },
  api: { type: ['responses', 'chat'] },
}

/**
 * OpenAI as a provider. The official SDK builds the requests (URL, credentials, headers) and is loaded at the first call.
 *
 * @throws {@link ConfigurationError} for a setting that does not exist or is of a wrong type; for a missing key, at the
 * first call.
 * @example
 * ```ts
 * import { openai } from '@llm/provider-openai'
 *
 * const provider = openai() // the key comes from OPENAI_API_KEY
 * const completion = await provider.complete({
 *   model: 'gpt-5-mini',
 *   messages: [{ role: 'user', content: 'Say hello.' }],
 * })
 * ```
 */
export function openai(settings: OpenAISettings = {}): Provider & OpenAICapabilities {
  const given = checkSettings('openai', settings, SETTINGS)
  const { api = 'responses', fetch, timeout } = given
  const path = api === 'chat' ? '/chat/completions' : '/responses'
  return defineHost({
    id: 'openai',
    codec: (api === 'chat' ? createChatCodec : createResponsesCodec)({ extendBody: extendBody(api) }),
    path,
    client: lazy(() => createClient(given)),
    options: async () => (await import('./options.ts')).openaiOptions,
    applyOptions,
    transport: { fetch, secrets: () => [withEnvironment(given, SETTINGS).apiKey] },
    timeout,
    derive: inheritSettings(openai, given),
    baseURL: given.baseURL,
    capabilities: host => createCapabilities(host, `/v1${path}`),
  })
}

/** The SDK's client, as a builder of requests: this library sends them. */
async function createClient(given: OpenAISettings): Promise<OpenAI> {
  const { apiKey, baseURL, organization, project, headers } = withEnvironment(given, SETTINGS)
  if (apiKey === undefined) throw missingSetting('openai', 'apiKey', 'OPENAI_API_KEY')
  const { OpenAI } = await import('openai')
  return new OpenAI({
    apiKey,
    baseURL: baseURL ?? null,
    organization: organization ?? null,
    project: project ?? null,
    defaultHeaders: headers,
    maxRetries: 0,
  })
}
