import {
  bindCodec,
  checkSettings,
  COMMON_SETTINGS,
  ConfigurationError,
  inheritSettings,
  lazy,
  missingSetting,
  withEnvironment,
  type Capabilities,
  type CompletionCodec,
  type Provider,
  type ProviderSettings,
  type SettingsSpec,
  type StandardSchema,
} from '@llm/core'
import {
  createBatches,
  createChatCodec,
  createEmbed,
  createFiles,
  createGenerateImage,
  createGenerateSpeech,
  createListModels,
  createRerank,
  createResponsesCodec,
  createStreamSpeech,
  createTranscribe,
  defineHost,
  foreignHeaders,
  readError,
  type CompletionHost,
} from '@llm/protocol-openai'
import type { OpenAI } from 'openai'
import { createCompleteCode } from './code-completion.ts'
import { CitationReader } from './completion/compatible-search.ts'
import type { CompatibleOptions } from './options.ts'
import { createGenerateVideo } from './video.ts'
import { COMMON, VENDORS, type CompatibleCapability, type Vendor, type VendorId } from './vendors.ts'

/** Settings of {@link compatible}: a vendor, or a base URL. */
export interface CompatibleSettings extends ProviderSettings {
  /** A vendor that this package knows: its address, its key and how it differs. */
  readonly vendor?: VendorId | undefined
  /** The address of any other endpoint; or another one of the vendor's, which defaults to `<VENDOR>_BASE_URL`. */
  readonly baseURL?: string | undefined
  /** Defaults to the vendor's environment variable. An endpoint that wants none goes without. */
  readonly apiKey?: string | undefined
  /** The id of the provider, where `providerOptions` are found. Defaults to the vendor, then to `compatible`. */
  readonly id?: string | undefined
  /**
   * Which API to speak.
   *
   * @default 'chat'
   */
  readonly api?: 'chat' | 'responses' | undefined
  /** What the endpoint has besides completions. Defaults to what the vendor has, else to embeddings and a list of models. */
  readonly capabilities?: readonly CompatibleCapability[] | undefined
}

function settingsOf(vendor: VendorId | undefined): SettingsSpec<CompatibleSettings> {
  const known = vendor === undefined ? undefined : VENDORS[vendor]
  return {
    ...COMMON_SETTINGS,
    vendor: { type: Object.keys(VENDORS) },
    baseURL: { type: 'string', ...(vendor !== undefined && { env: `${vendor.toUpperCase()}_BASE_URL` }) },
    apiKey: { type: 'string', ...(known !== undefined && { env: known.env }) },
    id: { type: 'string' },
    api: { type: ['chat', 'responses'] },
    capabilities: { type: 'array' },
  }
}

/** An endpoint of which nothing is known. */
const ANY: Omit<Vendor, 'baseURL' | 'env'> = {
  keyless: true,
  chat: { topK: true, unsupported: [] },
  responses: {},
  capabilities: ['embed', 'listModels'],
}

/**
 * Any endpoint that speaks OpenAI's API as a provider: one of the vendors that this package knows, or any base URL.
 * OpenAI's SDK builds the requests (URL, credentials, headers) and is loaded at the first call.
 *
 * @throws {@link ConfigurationError} for a setting that does not exist or is of a wrong type, where there is neither a
 * vendor nor a base URL, and for an API that the vendor does not have; for a missing key, at the first call.
 * @example
 * ```ts
 * import { compatible } from '@llm/provider-compatible'
 *
 * const deepseek = compatible({ vendor: 'deepseek' }) // the key comes from DEEPSEEK_API_KEY
 * const own = compatible({ baseURL: 'http://localhost:9000/v1', id: 'own' })
 * const { text } = await deepseek.complete({
 *   model: 'deepseek-chat',
 *   messages: [{ role: 'user', content: 'Say hello.' }],
 * })
 * ```
 */
export function compatible(settings: CompatibleSettings): Provider {
  const given = checkSettings('compatible', settings, settingsOf(undefined))
  const { vendor, id = vendor ?? 'compatible', api = 'chat', fetch, timeout } = given
  if (vendor === undefined && given.baseURL === undefined) throw nowhere()
  const row = vendor === undefined ? ANY : VENDORS[vendor]
  return defineHost<CompatibleOptions, Partial<Capabilities>>({
    id,
    codec: codecOf(row, api, id),
    path: api === 'chat' ? '/chat/completions' : '/responses',
    client: lazy(() => createClient(given, id)),
    options: loadOptions,
    applyOptions,
    transport: { fetch, secrets: () => [withEnvironment(given, settingsOf(vendor)).apiKey] },
    timeout,
    derive: inheritSettings(compatible, given),
    baseURL: given.baseURL,
    capabilities: host => createCapabilities(host, { row, api }, given.capabilities ?? row.capabilities),
  })
}

function codecOf(
  { chat, responses }: typeof ANY,
  api: 'chat' | 'responses',
  id: string,
): CompletionCodec<CompatibleOptions> {
  if (api === 'chat') {
    return createChatCodec({
      ...COMMON,
      createReader: context => new CitationReader(context),
      ...chat,
      extendBody: (body, request) => applyOptions(chat.extendBody?.(body, request) ?? body, request.options),
    })
  }
  if (responses === undefined) {
    throw new ConfigurationError({
      message: `${id} has no responses API.`,
      hint: "Leave api out, or use { api: 'chat' }.",
    })
  }
  return createResponsesCodec({ ...responses, extendBody: (body, { options }) => applyOptions(body, options) })
}

async function loadOptions(): Promise<StandardSchema<CompatibleOptions>> {
  return (await import('./options.ts')).compatibleOptions
}

function applyOptions(body: Record<string, unknown>, { extraBody }: CompatibleOptions): Record<string, unknown> {
  return { ...body, ...extraBody }
}

function createCapabilities(
  host: CompletionHost<CompatibleOptions>,
  { row, api }: { readonly row: typeof ANY; readonly api: 'chat' | 'responses' },
  has: readonly CompatibleCapability[],
): Partial<Capabilities> {
  const { chat, images, speech, transcription, code } = row
  const all: Readonly<Record<CompatibleCapability, () => Partial<Capabilities>>> = {
    embed: () => ({ embed: createEmbed(host) }),
    listModels: () => ({ listModels: createListModels(host) }),
    rerank: () => ({ rerank: createRerank(host) }),
    generateImage: () => ({ generateImage: createGenerateImage(host, images) }),
    generateSpeech: () => ({
      generateSpeech: createGenerateSpeech(host, speech),
      ...(speech?.whole !== true && { streamSpeech: createStreamSpeech(host, speech) }),
    }),
    transcribe: () => ({ transcribe: createTranscribe(host, transcription) }),
    generateVideo: () => ({ generateVideo: createGenerateVideo(host) }),
    files: () => ({ files: createFiles(host) }),
    batches: () => ({ batches: batchesOf(host, row, api) }),
    completeCode: () => ({ completeCode: createCompleteCode(host, chat, code) }),
  }
  const unknown = has.find(name => !(name in all))
  if (unknown !== undefined) {
    throw new ConfigurationError({
      message: `There is no capability ${unknown}.`,
      hint: `Use ${Object.keys(all).join(', ')}.`,
    })
  }
  return Object.assign({}, ...has.map(name => all[name]())) as Partial<Capabilities>
}

function batchesOf(
  host: CompletionHost<CompatibleOptions>,
  row: typeof ANY,
  api: 'chat' | 'responses',
): Capabilities['batches'] {
  if (row.batches === undefined) return createBatches(host, api === 'chat' ? '/v1/chat/completions' : '/v1/responses')
  const { id } = host
  const chat = bindCodec({ id, codec: codecOf(row, 'chat', id), transport: { readError }, options: loadOptions })
  return row.batches(host, { kind: api === 'chat' ? 'chat_get_completion' : 'responses', chat })
}

function nowhere(): ConfigurationError {
  return new ConfigurationError({
    message: 'A compatible provider needs to know where its endpoint is.',
    hint: "Pass { vendor }, such as 'deepseek', or { baseURL }.",
  })
}

/** The SDK's client, as a builder of requests: this library sends them. */
async function createClient(given: CompatibleSettings, id: string): Promise<OpenAI> {
  const { vendor } = given
  const row = vendor === undefined ? undefined : VENDORS[vendor]
  const { apiKey, baseURL, headers } = withEnvironment(given, settingsOf(vendor))
  if (apiKey === undefined && row !== undefined && row.keyless !== true) throw missingSetting(id, 'apiKey', row.env)
  const { OpenAI } = await import('openai')
  return new OpenAI({
    apiKey: apiKey ?? 'none',
    baseURL: baseURL ?? row?.baseURL ?? null,
    organization: null,
    project: null,
    defaultHeaders: { ...foreignHeaders(), ...(apiKey === undefined && { authorization: null }), ...headers },
    maxRetries: 0,
  })
}
