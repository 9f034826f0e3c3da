import { checkSettings, defineProvider, lazy, type Provider } from '@llm/core'
import { createDecoder } from './completion/google-decoder.ts'
import { generateContentCodec } from './completion/parse-response.ts'
import { readError } from './errors.ts'
import {
  GOOGLE_SETTINGS,
  googleClient,
  googleKey,
  modelPath,
  VERTEX_SETTINGS,
  vertexClient,
  vertexKey,
  type BuildRequest,
  type GoogleSettings,
  type VertexSettings,
} from './settings.ts'

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
export function google(settings: GoogleSettings = {}): Provider {
  const given = checkSettings('google', settings, GOOGLE_SETTINGS)
  return createProvider({ id: 'google', given, client: () => googleClient(given), key: () => googleKey(given) })
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
export function vertex(settings: VertexSettings = {}): Provider {
  const given = checkSettings('vertex', settings, VERTEX_SETTINGS)
  return createProvider({ id: 'vertex', given, client: () => vertexClient(given), key: () => vertexKey(given) })
}

/** What the two hosts differ in: who they are, and how requests are built for them. */
interface Host {
  readonly id: 'google' | 'vertex'
  readonly given: GoogleSettings | VertexSettings
  readonly client: () => Promise<BuildRequest>
  readonly key: () => string | undefined
}

function createProvider({ id, given: { fetch, timeout }, client, key }: Host): Provider {
  const builder = lazy(client)
  const build: BuildRequest = async request => (await builder())(request)
  return defineProvider({
    id,
    codec: generateContentCodec,
    transport: { fetch, readError, secrets: () => [key()] },
    timeout,
    options: async () => (await import('./options.ts')).googleOptions,
    createDecoder,
    buildRequest: (body, { model, stream }) => {
      const path = modelPath(id, model)
      if (!stream) return build({ method: 'POST', path: `${path}:generateContent`, body })
      return build({ method: 'POST', path: `${path}:streamGenerateContent`, query: { alt: 'sse' }, body })
    },
  })
}
