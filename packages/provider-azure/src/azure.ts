import {
  checkSettings,
  COMMON_SETTINGS,
  inheritSettings,
  lazy,
  withEnvironment,
  type Capabilities,
  type Provider,
  type ProviderSettings,
  type SettingsSpec,
} from '@llm/core'
import {
  createBatches,
  createChatCodec,
  createEmbed,
  createFiles,
  createGenerateImage,
  createGenerateSpeech,
  createListModels,
  createResponsesCodec,
  createStreamImage,
  createStreamSpeech,
  createStreamTranscription,
  createTranscribe,
  createVectorStores,
  defineHost,
  IMAGE_EDITS_FORM,
  type CompletionHost,
} from '@llm/protocol-openai'
import { createClient } from './azure-client.ts'
import { deploymentOf, modelOf } from './azure-deployments.ts'
import { FilterReader } from './completion/azure-filters.ts'
import { extendBody } from './completion/render-request.ts'
import { readAzureError } from './errors.ts'
import type { AzureOptions } from './options.ts'

/** Settings of {@link azure}. */
export interface AzureSettings extends ProviderSettings {
  /** Defaults to `AZURE_API_KEY`, read at the first call. */
  readonly apiKey?: string | undefined
  /** Gives a Microsoft Entra ID token, before every request; it is used in place of a key. */
  readonly azureADTokenProvider?: (() => Promise<string>) | undefined
  /**
   * The resource, such as `https://example.openai.azure.com` or `https://example.services.ai.azure.com`, or one of its
   * APIs: `.../openai/v1`, `.../models`. Defaults to `AZURE_API_BASE`.
   */
  readonly baseURL?: string | undefined
  /**
   * A dated version, such as `2024-10-21`, speaks the API of deployments. Without one it is the v1 API, which needs none
   * and takes `preview`. Defaults to `AZURE_API_VERSION`. Source:
   * https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle
   */
  readonly apiVersion?: string | undefined
  /**
   * The model behind each deployment, by its name: `{ 'my-deployment': 'gpt-5-mini' }`. A request may then name either,
   * and clients apply the rules of the model. Deployments that are called like their model need no entry.
   */
  readonly deployments?: Readonly<Record<string, string>> | undefined
  /** Answers for models that `deployments` does not name. Defaults to `AZURE_CHAT_DEPLOYMENT`. */
  readonly chatDeployment?: string | undefined
  /** Makes the embeddings of models that `deployments` does not name. Defaults to `AZURE_EMBEDDING_DEPLOYMENT`. */
  readonly embeddingDeployment?: string | undefined
  /**
   * Which API to speak. All models have chat completions; responses keep the reasoning of OpenAI's models between turns,
   * and GPT-5.6 takes tools only there.
   *
   * @default 'chat'
   */
  readonly api?: 'chat' | 'responses' | undefined
}

const SETTINGS: SettingsSpec<AzureSettings> = {
  ...COMMON_SETTINGS,
  apiKey: { type: 'string', env: 'AZURE_API_KEY' },
  azureADTokenProvider: { type: 'function' },
  baseURL: { type: 'string', env: 'AZURE_API_BASE' },
  apiVersion: { type: 'string', env: 'AZURE_API_VERSION' },
  deployments: { type: 'record' },
  chatDeployment: { type: 'string', env: 'AZURE_CHAT_DEPLOYMENT' },
  embeddingDeployment: { type: 'string', env: 'AZURE_EMBEDDING_DEPLOYMENT' },
  api: { type: ['chat', 'responses'] },
}

/** What Azure has besides completions. */
type AzureCapabilities = Pick<
  Capabilities,
  | 'embed'
  | 'generateImage'
  | 'streamImage'
  | 'generateSpeech'
  | 'streamSpeech'
  | 'transcribe'
  | 'streamTranscription'
  | 'listModels'
  | 'batches'
  | 'files'
  | 'vectorStores'
>

const CODECS = {
  chat: createChatCodec<AzureOptions>({
    extendBody: extendBody('chat'),
    createReader: context => new FilterReader(context),
    readError: readAzureError,
  }),
  responses: createResponsesCodec<AzureOptions>({
    extendBody: extendBody('responses'),
    readBody: (body, context) => new FilterReader(context).response(body),
    readError: readAzureError,
  }),
}

/**
 * Azure OpenAI and Azure AI Foundry as a provider: the deployments of a resource. OpenAI's SDK builds the requests (URL,
 * credentials, headers) and is loaded at the first call.
 *
 * @throws {@link ConfigurationError} for a setting that does not exist or is of a wrong type; for a missing key or
 * resource, at the first call.
 * @example
 * ```ts
 * import { azure } from '@llm/provider-azure'
 *
 * const provider = azure({
 *   baseURL: 'https://example.openai.azure.com',
 *   deployments: { 'my-deployment': 'gpt-5-mini' },
 * }) // the key comes from AZURE_API_KEY
 * const completion = await provider.complete({
 *   model: 'gpt-5-mini',
 *   messages: [{ role: 'user', content: 'Say hello.' }],
 * })
 * ```
 */
export function azure(settings: AzureSettings = {}): Provider & AzureCapabilities {
  const given = checkSettings('azure', settings, SETTINGS)
  const { api = 'chat', deployments = {}, fetch, timeout } = given
  const full = (): AzureSettings => withEnvironment(given, SETTINGS)
  const client = lazy(() => createClient(full()))
  return defineHost({
    id: 'azure',
    codec: CODECS[api],
    path: api === 'chat' ? '/chat/completions' : '/responses',
    client,
    nameOf: (model, spec) => deploymentOf(deployments, model, spec?.id) ?? full().chatDeployment,
    modelOf: name => modelOf(deployments, name),
    options: async () => (await import('./options.ts')).azureOptions,
    applyOptions: (body, { extraBody }) => ({ ...body, ...extraBody }),
    readError: readAzureError,
    transport: { fetch, requestIdHeader: 'apim-request-id', secrets: () => [full().apiKey] },
    timeout,
    derive: inheritSettings(azure, given),
    baseURL: given.baseURL,
    capabilities: host => createCapabilities(host, BATCH_ENDPOINTS[api]),
  })
}

/** Source: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/batch */
const BATCH_ENDPOINTS = { chat: '/chat/completions', responses: '/v1/responses' } as const

/** Images to edit are taken as a form only. Source: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/dall-e */
function createCapabilities(host: CompletionHost<AzureOptions>, endpoint: string): AzureCapabilities {
  const transcription = { unsupported: [] }
  return {
    embed: createEmbed(host),
    generateImage: createGenerateImage(host, IMAGE_EDITS_FORM),
    streamImage: createStreamImage(host, IMAGE_EDITS_FORM),
    generateSpeech: createGenerateSpeech(host),
    streamSpeech: createStreamSpeech(host),
    transcribe: createTranscribe(host, transcription),
    streamTranscription: createStreamTranscription(host, transcription),
    listModels: createListModels(host),
    batches: createBatches(host, endpoint),
    files: createFiles(host, 'assistants'),
    vectorStores: createVectorStores(host),
  }
}
