import {
  bindCodec,
  checkSettings,
  COMMON_SETTINGS,
  createHostCalls,
  defineProvider,
  environment,
  inheritSettings,
  lazy,
  type Capabilities,
  type Provider,
  type ProviderSettings,
  type SettingsSpec,
} from '@llm/core'
import { bearerToken, createRequestBuilder, type BedrockCredentials } from './bedrock-client.ts'
import { createFrameDecoder } from './bedrock-frames.ts'
import { converseCodec } from './completion/bedrock-converse.ts'
import { createCountTokens } from './count-tokens.ts'
import { createEmbed } from './embeddings.ts'
import { readError } from './errors.ts'

/** Settings of {@link bedrock}. */
export interface BedrockSettings extends ProviderSettings {
  /** A Bedrock API key. Defaults to `AWS_BEARER_TOKEN_BEDROCK`, where no other credentials are passed. */
  readonly apiKey?: string | undefined
  /** Another endpoint, such as a VPC's. Defaults to that of the region. */
  readonly baseURL?: string | undefined
  /** Defaults to `AWS_REGION`, then `AWS_DEFAULT_REGION`, then that of the profile. */
  readonly region?: string | undefined
  /** Where no credentials are passed, those of AWS's default chain are used: environment, profile, role of the machine. */
  readonly accessKeyId?: string | undefined
  readonly secretAccessKey?: string | undefined
  /** Comes with keys that are temporary. */
  readonly sessionToken?: string | undefined
  /** A profile of the shared AWS configuration files. Defaults to `AWS_PROFILE`. */
  readonly profile?: string | undefined
  /** Gives credentials when they are needed, and again before they end: for roles and secret stores. */
  readonly credentials?: (() => Promise<BedrockCredentials>) | undefined
}

const SETTINGS: SettingsSpec<BedrockSettings> = {
  ...COMMON_SETTINGS,
  apiKey: { type: 'string' },
  baseURL: { type: 'string' },
  region: { type: 'string' },
  accessKeyId: { type: 'string' },
  secretAccessKey: { type: 'string' },
  sessionToken: { type: 'string' },
  profile: { type: 'string' },
  credentials: { type: 'function' },
}

/** What {@link bedrock} gives: completions, embeddings and counts of tokens. */
export type BedrockProvider = Provider & Pick<Capabilities, 'embed' | 'countTokens'>

/**
 * Amazon Bedrock as a provider: every model that its Converse API has, by model id (`amazon.nova-lite-v1:0`), inference
 * profile (`us.anthropic.claude-haiku-4-5-20251001-v1:0`) or ARN. The official SDK finds the credentials and signs the
 * requests; it is loaded at the first call.
 *
 * @throws {@link ConfigurationError} for a setting that does not exist or is of a wrong type; for missing credentials or
 * a missing region, at the first call.
 * @example
 * ```ts
 * import { bedrock } from '@llm/provider-bedrock'
 *
 * const provider = bedrock({ region: 'us-east-1' }) // credentials come from the environment
 * const completion = await provider.complete({
 *   model: 'us.amazon.nova-2-lite-v1:0',
 *   messages: [{ role: 'user', content: 'Say hello.' }],
 * })
 * ```
 */
export function bedrock(settings: BedrockSettings = {}): BedrockProvider {
  const given = checkSettings('bedrock', settings, SETTINGS)
  const { fetch, timeout } = given
  const builder = lazy(() => createRequestBuilder(given))
  const host = {
    id: 'bedrock',
    codec: converseCodec,
    transport: { fetch, readError, requestIdHeader: 'x-amzn-requestid', secrets: () => secretsOf(given) },
    timeout,
    options: async () => (await import('./options.ts')).bedrockOptions,
    nameOf: (model: string) => (REGIONAL.test(model) ? model : undefined),
  }
  const calls = createHostCalls({ id: host.id, transport: host.transport, timeout })
  return defineProvider({
    ...host,
    buildRequest: async (body, { model, stream }) =>
      (await builder())(stream ? 'ConverseStream' : 'Converse', model, body),
    createDecoder: createFrameDecoder,
    derive: inheritSettings(bedrock, given),
    baseURL: given.baseURL,
    capabilities: {
      embed: createEmbed({ calls, builder }),
      countTokens: createCountTokens({ calls, codec: bindCodec(host), builder }),
    },
  })
}

/** An ARN, or an id with a vendor before it and perhaps a region before that: where a call may be run is the caller's word. */
const REGIONAL = /^(?:arn:|[a-z][a-z0-9-]*\.)/

/** Keys that come from a profile or a role are only known to the SDK. */
function secretsOf({ apiKey, secretAccessKey, sessionToken }: BedrockSettings): readonly (string | undefined)[] {
  const env = environment()
  const ofEnvironment = [bearerToken(), env['AWS_SECRET_ACCESS_KEY'], env['AWS_SESSION_TOKEN']]
  return [apiKey, secretAccessKey, sessionToken, ...ofEnvironment]
}
