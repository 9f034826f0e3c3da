import {
  bindCodec,
  checkSettings,
  createHostCalls,
  defineProvider,
  inheritSettings,
  lazy,
  type Capabilities,
  type Provider,
} from '@llm/core'
import { createBatches } from './batches.ts'
import { createCaches } from './caches.ts'
import { createDecoder } from './completion/google-decoder.ts'
import { generateContentCodec } from './completion/parse-response.ts'
import { countTokens } from './count-tokens.ts'
import { embed } from './embeddings.ts'
import { readError } from './errors.ts'
import { createFiles } from './files.ts'
import type { CapabilityHost } from './google-calls.ts'
import { generateImage } from './images.ts'
import { listModels } from './models.ts'
import {
  GOOGLE_SETTINGS,
  googleClient,
  modelPath,
  VERTEX_SETTINGS,
  vertexClient,
  type BuildRequest,
  type GoogleSettings,
  type VertexSettings,
} from './settings.ts'
import { generateSpeech } from './speech.ts'
import { transcribe } from './transcription.ts'
import { createVectorStores } from './vector-stores.ts'
import { generateVideo } from './video.ts'

type SharedCapabilities = Pick<
  Capabilities,
  | 'embed'
  | 'generateImage'
  | 'generateSpeech'
  | 'transcribe'
  | 'generateVideo'
  | 'countTokens'
  | 'listModels'
  | 'caches'
>

/** What {@link google} makes. */
export type GoogleProvider = Provider & SharedCapabilities & Pick<Capabilities, 'files' | 'batches' | 'vectorStores'>

/** What {@link vertex} makes. Its files are those of buckets, and so are its batches. */
export type VertexProvider = Provider & SharedCapabilities

/**
 * Gemini over the Gemini API. The official SDK builds the requests (URL, credentials, headers) and is loaded at the first
 * call.
 *
 * @throws {@link ConfigurationError} for a setting that does not exist or is of a wrong type; for a missing key, at the
 * first call.
 * @example
 * ```ts
 * import { google } from '@llm/provider-google'
 *
 * const provider = google() // the key comes from GOOGLE_API_KEY or GEMINI_API_KEY
 * const completion = await provider.complete({
 *   model: 'gemini-3.5-flash',
 *   messages: [{ role: 'user', content: 'Say hello.' }],
 * })
 * ```
 */
export function google(settings: GoogleSettings = {}): GoogleProvider {
  const given = checkSettings('google', settings, GOOGLE_SETTINGS)
  const [provider, capable] = createProvider({ id: 'google', given, client: () => googleClient(given) })
  const derive = inheritSettings(google, given)
  const capabilities = {
    ...sharedCapabilities(capable),
    files: createFiles(capable),
    batches: createBatches(capable),
    vectorStores: createVectorStores(capable),
  }
  return { ...provider, derive, ...capabilities }
}

/**
 * Gemini over Vertex AI, with the credentials of a Google Cloud project or a key of express mode.
 *
 * @throws {@link ConfigurationError} for a setting that does not exist or is of a wrong type; for a missing project or
 * missing credentials, at the first call.
 * @example
 * ```ts
 * import { vertex } from '@llm/provider-google'
 *
 * const provider = vertex({ project: 'my-project', location: 'europe-west4' })
 * const completion = await provider.complete({
 *   model: 'gemini-3.5-flash',
 *   messages: [{ role: 'user', content: 'Say hello.' }],
 * })
 * ```
 */
export function vertex(settings: VertexSettings = {}): VertexProvider {
  const given = checkSettings('vertex', settings, VERTEX_SETTINGS)
  const [provider, capable] = createProvider({ id: 'vertex', given, client: () => vertexClient(given) })
  return { ...provider, derive: inheritSettings(vertex, given), ...sharedCapabilities(capable) }
}

/** What the two hosts differ in: who they are, and how requests are built for them. */
interface Host {
  readonly id: 'google' | 'vertex'
  readonly given: GoogleSettings | VertexSettings
  readonly client: () => Promise<BuildRequest>
}

/** A provider of completions, and what its other capabilities need of it. */
function createProvider({ id, given: { fetch, timeout, baseURL }, client }: Host): readonly [Provider, CapabilityHost] {
  const builder = lazy(client)
  let secrets: readonly string[] = []
  const build: BuildRequest = async request => {
    const built = await (await builder())(request)
    secrets = credentialsOf(new Headers(built.headers))
    return built
  }
  const common = {
    id,
    codec: generateContentCodec,
    transport: { fetch, readError, secrets: () => secrets },
    timeout,
    options: async () => (await import('./options.ts')).googleOptions,
  }
  const provider = defineProvider({
    ...common,
    baseURL,
    createDecoder,
    buildRequest: (body, { model, stream }) => {
      const path = modelPath(id, model)
      if (!stream) return build({ method: 'POST', path: `${path}:generateContent`, body })
      return build({ method: 'POST', path: `${path}:streamGenerateContent`, query: { alt: 'sse' }, body })
    },
  })
  const complete: Provider['complete'] = request => provider.complete(request)
  return [provider, { id, build, calls: createHostCalls(common), codec: bindCodec(common), complete }]
}

function credentialsOf(headers: Headers): readonly string[] {
  const values = [headers.get('x-goog-api-key'), headers.get('authorization')?.replace(/^Bearer /, '')]
  return values.filter(value => typeof value === 'string')
}

/** What both hosts can do besides completions. */
function sharedCapabilities(host: CapabilityHost): SharedCapabilities {
  return {
    embed: request => embed(host, request),
    generateImage: request => generateImage(host, request),
    generateSpeech: request => generateSpeech(host, request),
    transcribe: request => transcribe(host, request),
    generateVideo: request => generateVideo(host, request),
    countTokens: request => countTokens(host, request),
    listModels: request => listModels(host, request),
    caches: createCaches(host),
  }
}
