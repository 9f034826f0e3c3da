import {
  checkSettings,
  COMMON_SETTINGS,
  inheritSettings,
  lazy,
  missingSetting,
  withEnvironment,
  type Capabilities,
  type Provider,
  type ProviderSettings,
  type SettingsSpec,
} from '@llm/core'
import {
  createBatches,
  createChatCodec,
  createFiles,
  createGenerateSpeech,
  createListModels,
  createStreamSpeech,
  createTranscribe,
  defineHost,
  type CompletionHost,
  type RequestBuilder,
} from '@llm/protocol-openai'
import { GroqReader } from './completion/groq-reader.ts'
import { applyOptions, extendBody, renderReasoning, renderWebSearch } from './completion/render-request.ts'
import { readGroqError } from './errors.ts'
import type { GroqOptions } from './options.ts'

/** Settings of {@link groq}. */
export interface GroqSettings extends ProviderSettings {
  /** Defaults to `GROQ_API_KEY`, read at the first call. */
  readonly apiKey?: string | undefined
  /** With or without `/openai/v1`. Defaults to `GROQ_BASE_URL`, then to `https://api.groq.com`. */
  readonly baseURL?: string | undefined
}

const SETTINGS: SettingsSpec<GroqSettings> = {
  ...COMMON_SETTINGS,
  apiKey: { type: 'string', env: 'GROQ_API_KEY' },
  baseURL: { type: 'string', env: 'GROQ_BASE_URL' },
}

/** What Groq has besides completions. */
type GroqCapabilities = Pick<
  Capabilities,
  'generateSpeech' | 'streamSpeech' | 'transcribe' | 'listModels' | 'batches' | 'files'
>

const CODEC = createChatCodec<GroqOptions>({
  streamUsage: false,
  // Source: https://console.groq.com/docs/api-reference: "not yet supported by any of our models".
  unsupported: ['presencePenalty', 'frequencyPenalty', 'verbosity'],
  reasoningField: 'reasoning',
  history: { userMedia: ['image'] },
  renderReasoning,
  renderWebSearch,
  extendBody,
  createReader: context => new GroqReader(context),
  readError: readGroqError,
})

/**
 * Groq as a provider. The official SDK builds the requests (URL, credentials, headers) and is loaded at the first call.
 *
 * @throws {@link ConfigurationError} for a setting that does not exist or is of a wrong type; for a missing key, at the
 * first call.
 * @example
 * ```ts
 * import { groq } from '@llm/provider-groq'
 *
 * const provider = groq() // the key comes from GROQ_API_KEY
 * const completion = await provider.complete({
 *   model: 'openai/gpt-oss-120b',
 *   messages: [{ role: 'user', content: 'Say hello.' }],
 * })
 * ```
 */
export function groq(settings: GroqSettings = {}): Provider & GroqCapabilities {
  const given = checkSettings('groq', settings, SETTINGS)
  return defineHost({
    id: 'groq',
    codec: CODEC,
    path: '/chat/completions',
    client: lazy(() => createClient(given)),
    options: async () => (await import('./options.ts')).groqOptions,
    applyOptions,
    readError: readGroqError,
    transport: {
      fetch: given.fetch,
      readError: (body, { status }) => readGroqError(body, status),
      secrets: () => [withEnvironment(given, SETTINGS).apiKey],
    },
    timeout: given.timeout,
    derive: inheritSettings(groq, given),
    baseURL: given.baseURL,
    capabilities: createCapabilities,
  })
}

function createCapabilities(host: CompletionHost<GroqOptions>): GroqCapabilities {
  return {
    generateSpeech: createGenerateSpeech(host),
    streamSpeech: createStreamSpeech(host),
    transcribe: createTranscribe(host, {
      urlField: 'url',
      renderDetail: ({ timestamps = 'segment' }) => ({
        response_format: 'verbose_json',
        'timestamp_granularities[]': timestamps,
      }),
    }),
    listModels: createListModels(host),
    batches: createBatches(host, '/v1/chat/completions'),
    files: createFiles(host, 'batch'),
  }
}

/** The SDK's client, as a builder of requests: this library sends them. */
async function createClient(given: GroqSettings): Promise<RequestBuilder> {
  const { apiKey, baseURL = 'https://api.groq.com', headers } = withEnvironment(given, SETTINGS)
  if (apiKey === undefined) throw missingSetting('groq', 'apiKey', 'GROQ_API_KEY')
  const { Groq } = await import('groq-sdk')
  const client = new Groq({ apiKey, baseURL, defaultHeaders: headers, maxRetries: 0 })
  // The SDK has the API's path in each of its own calls, and most others have it in the base URL.
  const prefix = /\/v1\/?$/.test(baseURL) ? '' : '/openai/v1'
  return { buildRequest: options => client.buildRequest({ ...options, path: `${prefix}${options.path}` }) }
}
