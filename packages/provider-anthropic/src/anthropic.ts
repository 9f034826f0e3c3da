import {
  bindCodec,
  checkSettings,
  COMMON_SETTINGS,
  createHostCalls,
  defineProvider,
  inheritSettings,
  lazy,
  missingSetting,
  withEnvironment,
  type Capabilities,
  type Provider,
  type ProviderSettings,
  type SettingsSpec,
} from '@llm/core'
import type { Anthropic } from '@anthropic-ai/sdk'
import { createRequestBuilder } from './anthropic-host.ts'
import { createBatches } from './batches.ts'
import { betasOf } from './completion/anthropic-betas.ts'
import { createAnthropicCodec } from './completion/anthropic-codec.ts'
import type { ApiVersion } from './completion/render-request.ts'
import { createCountTokens } from './count-tokens.ts'
import { readError } from './errors.ts'
import { createFiles } from './files.ts'
import { createListModels } from './models.ts'

/** Settings of {@link anthropic}. */
export interface AnthropicSettings extends ProviderSettings {
  /** Defaults to `ANTHROPIC_API_KEY`, read at the first call. */
  readonly apiKey?: string | undefined
  /** Without `/v1`. Defaults to `ANTHROPIC_BASE_URL`, then to `https://api.anthropic.com`. */
  readonly baseURL?: string | undefined
  /**
   * The version of the API. `2026-10-21`, the vendor's current one, sends the key as `Authorization: Bearer` and takes no
   * `temperature`, `topP` or `topK`, which models since Claude Opus 4.7 refuse in any version: they are dropped with a
   * warning. `2023-06-01` sends the key as `x-api-key`, which many gateways want, and lets older models be sampled.
   * Source: https://platform.claude.com/docs/en/api/versioning
   *
   * @default '2026-10-21'
   */
  readonly apiVersion?: ApiVersion | undefined
}

const SETTINGS: SettingsSpec<AnthropicSettings> = {
  ...COMMON_SETTINGS,
  apiKey: { type: 'string', env: 'ANTHROPIC_API_KEY' },
  baseURL: { type: 'string', env: 'ANTHROPIC_BASE_URL' },
  apiVersion: { type: ['2026-10-21', '2023-06-01'] },
}

/**
 * Anthropic as a provider. The official SDK builds the requests (URL, credentials, headers) and is loaded at the first
 * call.
 *
 * @throws {@link ConfigurationError} for a setting that does not exist or is of a wrong type; for a missing key, at the
 * first call.
 * @example
 * ```ts
 * import { anthropic } from '@llm/provider-anthropic'
 *
 * const provider = anthropic() // the key comes from ANTHROPIC_API_KEY
 * const completion = await provider.complete({
 *   model: 'claude-sonnet-5-5',
 *   messages: [{ role: 'user', content: 'Say hello.' }],
 * })
 * ```
 */
export function anthropic(
  settings: AnthropicSettings = {},
): Provider & Pick<Capabilities, 'countTokens' | 'listModels' | 'batches' | 'files'> {
  const given = checkSettings('anthropic', settings, SETTINGS)
  const { apiVersion: version = '2026-10-21', fetch, timeout } = given
  const build = createRequestBuilder(lazy(() => createClient(given, version)))
  const secrets = (): readonly (string | undefined)[] => [withEnvironment(given, SETTINGS).apiKey]
  const definition = {
    id: 'anthropic',
    codec: createAnthropicCodec(version),
    transport: { fetch, readError, requestIdHeader: 'request-id', secrets },
    timeout,
    options: async () => (await import('./options.ts')).anthropicOptions,
  }
  const { id, transport } = definition
  const host = {
    version,
    build,
    transport,
    calls: createHostCalls({ id, transport, timeout }),
    codec: bindCodec(definition),
  }
  return defineProvider({
    ...definition,
    buildRequest: (body, request) => build({ path: '/v1/messages', body, betas: betasOf(request, version) }),
    derive: inheritSettings(anthropic, given),
    baseURL: given.baseURL,
    capabilities: {
      countTokens: createCountTokens(host),
      listModels: createListModels(host),
      batches: createBatches(host),
      files: createFiles(host),
    },
  })
}

/** The SDK's client, as a builder of requests: this library sends them. */
async function createClient(given: AnthropicSettings, version: ApiVersion): Promise<Anthropic> {
  const { apiKey, baseURL, headers } = withEnvironment(given, SETTINGS)
  if (apiKey === undefined) throw missingSetting('anthropic', 'apiKey', 'ANTHROPIC_API_KEY')
  const { Anthropic } = await import('@anthropic-ai/sdk')
  const dated = { 'anthropic-version': version }
  const own = version === '2023-06-01' ? { ...dated, authorization: null, 'x-api-key': apiKey } : dated
  return new Anthropic({
    apiKey,
    baseURL: baseURL ?? null,
    defaultHeaders: { ...own, ...headers },
    maxRetries: 0,
  })
}
