import {
  checkSettings,
  COMMON_SETTINGS,
  defined,
  inheritSettings,
  lazy,
  missingSetting,
  withEnvironment,
  type Capabilities,
  type ImageRequest,
  type Provider,
  type ProviderSettings,
  type SettingsSpec,
} from '@llm/core'
import {
  createChatCodec,
  createEmbed,
  createGenerateImage,
  createGenerateSpeech,
  createListModels,
  createRerank,
  createResponsesCodec,
  createStreamSpeech,
  createTranscribe,
  defineHost,
  foreignHeaders,
  toUrl,
  type BuildCall,
  type CapabilityHost,
} from '@llm/protocol-openai'
import type { OpenAI } from 'openai'
import { OpenRouterReader } from './completion/parse-response.ts'
import { applyOptions, extendMessage, renderReasoning, renderSearchTool } from './completion/render-request.ts'
import { readOpenRouterError } from './errors.ts'
import type { OpenRouterOptions } from './options.ts'

/** Settings of {@link openrouter}. */
export interface OpenRouterSettings extends ProviderSettings {
  /** Defaults to `OPENROUTER_API_KEY`, read at the first call. */
  readonly apiKey?: string | undefined
  /** Defaults to `OPENROUTER_BASE_URL`, then to `https://openrouter.ai/api/v1`. */
  readonly baseURL?: string | undefined
  /** Your application's address, for OpenRouter's rankings. */
  readonly appURL?: string | undefined
  /** Your application's name, for OpenRouter's rankings. */
  readonly appName?: string | undefined
  /**
   * Which of OpenRouter's two APIs to speak. Chat completions have all that OpenRouter has; responses are in beta there.
   *
   * @default 'chat'
   */
  readonly api?: 'chat' | 'responses' | undefined
}

const SETTINGS: SettingsSpec<OpenRouterSettings> = {
  ...COMMON_SETTINGS,
  apiKey: { type: 'string', env: 'OPENROUTER_API_KEY' },
  baseURL: { type: 'string', env: 'OPENROUTER_BASE_URL' },
  appURL: { type: 'string' },
  appName: { type: 'string' },
  api: { type: ['chat', 'responses'] },
}

/** What OpenRouter has besides completions. */
type OpenRouterCapabilities = Pick<
  Capabilities,
  'embed' | 'generateImage' | 'generateSpeech' | 'streamSpeech' | 'transcribe' | 'rerank' | 'listModels'
>

const readCost = ({ cost }: Readonly<Record<string, unknown>>): number | undefined =>
  typeof cost === 'number' ? cost : undefined

/**
 * The formats have names of their own, as what must come back is in OpenRouter's own form: `reasoning_details`, and
 * encrypted reasoning that it has wrapped. No other host reads either, and OpenRouter reads no other host's.
 */
const CODECS = {
  chat: createChatCodec<OpenRouterOptions>({
    protocol: 'openrouter-chat',
    topK: true,
    history: { toolMedia: ['image', 'file'], urls: { image: /^https?:/i, file: /^https?:/i } },
    renderReasoning,
    renderWebSearch: (webSearch, request) => ({ tools: [renderSearchTool(webSearch, request)] }),
    extendMessage,
    extendBody: (body, { options }) => applyOptions(body, options),
    createReader: context => new OpenRouterReader(context),
    readCost,
    readError: readOpenRouterError,
  }),
  responses: createResponsesCodec<OpenRouterOptions>({
    protocol: 'openrouter-responses',
    renderWebSearch: renderSearchTool,
    extendBody: (body, { options }) => applyOptions(body, options),
    readCost,
    readError: readOpenRouterError,
  }),
}

/**
 * OpenRouter as a provider: one key for the models of all vendors. OpenAI's SDK builds the requests (URL, credentials,
 * headers) and is loaded at the first call. What a call cost is in {@link Completion.cost}.
 *
 * @throws {@link ConfigurationError} for a setting that does not exist or is of a wrong type; for a missing key, at the
 * first call.
 * @example
 * ```ts
 * import { openrouter } from '@llm/provider-openrouter'
 *
 * const provider = openrouter() // the key comes from OPENROUTER_API_KEY
 * const { text, cost } = await provider.complete({
 *   model: 'anthropic/claude-haiku-4.5',
 *   messages: [{ role: 'user', content: 'Say hello.' }],
 *   providerOptions: { openrouter: { models: ['openai/gpt-5-mini'], provider: { sort: 'price' } } },
 * })
 * ```
 */
export function openrouter(settings: OpenRouterSettings = {}): Provider & OpenRouterCapabilities {
  const given = checkSettings('openrouter', settings, SETTINGS)
  const { api = 'chat', fetch, timeout } = given
  return defineHost({
    id: 'openrouter',
    codec: CODECS[api],
    path: api === 'chat' ? '/chat/completions' : '/responses',
    client: lazy(() => createClient(given)),
    options: async () => (await import('./options.ts')).openrouterOptions,
    applyOptions,
    readError: readOpenRouterError,
    transport: {
      fetch,
      requestIdHeader: 'x-generation-id',
      secrets: () => [withEnvironment(given, SETTINGS).apiKey],
    },
    timeout,
    derive: inheritSettings(openrouter, given),
    baseURL: given.baseURL,
    capabilities: createCapabilities,
  })
}

function createCapabilities(host: CapabilityHost<OpenRouterOptions>): OpenRouterCapabilities {
  return {
    embed: createEmbed(host),
    generateImage: createGenerateImage(host, { render: renderImage, unsupported: ['mask'] }),
    generateSpeech: createGenerateSpeech(host),
    streamSpeech: createStreamSpeech(host),
    transcribe: createTranscribe(host),
    rerank: createRerank(host),
    listModels: createListModels(host),
  }
}

/** Source: https://openrouter.ai/docs/guides/overview/multimodal/image-generation */
function renderImage({ model, prompt, images, n, size, aspectRatio, seed }: ImageRequest): BuildCall {
  const input_references = images?.map(source => ({ type: 'image_url', image_url: { url: toUrl(source) } }))
  return {
    path: '/images',
    body: defined({ model, prompt, n, size, aspect_ratio: aspectRatio, seed, input_references }),
  }
}

/** The SDK's client, as a builder of requests: this library sends them. */
async function createClient(given: OpenRouterSettings): Promise<OpenAI> {
  const { apiKey, baseURL, appURL, appName, headers } = withEnvironment(given, SETTINGS)
  if (apiKey === undefined) throw missingSetting('openrouter', 'apiKey', 'OPENROUTER_API_KEY')
  const { OpenAI } = await import('openai')
  return new OpenAI({
    apiKey,
    baseURL: baseURL ?? 'https://openrouter.ai/api/v1',
    organization: null,
    project: null,
    defaultHeaders: { ...foreignHeaders(), 'HTTP-Referer': appURL, 'X-Title': appName, ...headers },
    maxRetries: 0,
  })
}
