import {
  apiError,
  COMMON_SETTINGS,
  ConfigurationError,
  environment,
  missingSetting,
  withEnvironment,
  type HttpRequest,
  type LLMError,
  type ProviderSettings,
  type SettingsSpec,
} from '@llm/core'
import type { GoogleGenAIOptions } from '@google/genai/node'

/** Settings of {@link google}. */
export interface GoogleSettings extends ProviderSettings {
  /** Defaults to `GOOGLE_API_KEY`, then to `GEMINI_API_KEY`, read at the first call. */
  readonly apiKey?: string | undefined
  /** Defaults to `GOOGLE_GEMINI_BASE_URL`, then to `https://generativelanguage.googleapis.com`. */
  readonly baseURL?: string | undefined
  /** @default 'v1beta' */
  readonly apiVersion?: string | undefined
}

/** Settings of {@link vertex}. */
export interface VertexSettings extends ProviderSettings {
  /** A key of express mode, which needs no project. Defaults to `GOOGLE_API_KEY` where no project is known. */
  readonly apiKey?: string | undefined
  /** Defaults to `GOOGLE_VERTEX_BASE_URL`, then to the endpoint of the location. */
  readonly baseURL?: string | undefined
  /** @default 'v1beta1' */
  readonly apiVersion?: string | undefined
  /** Defaults to `GOOGLE_CLOUD_PROJECT`. */
  readonly project?: string | undefined
  /** Defaults to `GOOGLE_CLOUD_LOCATION`, then to `global`. */
  readonly location?: string | undefined
  /** Gives the OAuth token of each call. Without it, Application Default Credentials are used. */
  readonly accessToken?: (() => string | Promise<string>) | undefined
  /** How to find credentials: the options of `google-auth-library`, such as `{ keyFilename }`. */
  readonly googleAuthOptions?: GoogleGenAIOptions['googleAuthOptions'] | undefined
}

export const GOOGLE_SETTINGS: SettingsSpec<GoogleSettings> = {
  ...COMMON_SETTINGS,
  apiKey: { type: 'string', env: 'GOOGLE_API_KEY' },
  baseURL: { type: 'string', env: 'GOOGLE_GEMINI_BASE_URL' },
  apiVersion: { type: 'string' },
}

export const VERTEX_SETTINGS: SettingsSpec<VertexSettings> = {
  ...COMMON_SETTINGS,
  apiKey: { type: 'string' },
  baseURL: { type: 'string', env: 'GOOGLE_VERTEX_BASE_URL' },
  apiVersion: { type: 'string' },
  project: { type: 'string', env: 'GOOGLE_CLOUD_PROJECT' },
  location: { type: 'string', env: 'GOOGLE_CLOUD_LOCATION' },
  accessToken: { type: 'function' },
  googleAuthOptions: { type: 'record' },
}

/** What the SDK is asked to build: a path below the API's version (and on Vertex the project and the location). */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Record<string, string> | undefined
  readonly headers?: Record<string, string> | undefined
  readonly body?: object | undefined
}

/** Turns a request into what is sent, with credentials. */
export type BuildRequest = (request: ApiRequest) => Promise<HttpRequest>

function googleKey(given: GoogleSettings): string | undefined {
  return withEnvironment(given, GOOGLE_SETTINGS).apiKey ?? (environment()['GEMINI_API_KEY'] || undefined)
}

/** The light entry of the SDK, which knows API keys only. */
export async function googleClient(given: GoogleSettings): Promise<BuildRequest> {
  const apiKey = googleKey(given)
  if (apiKey === undefined) throw missingSetting('google', 'apiKey', 'GOOGLE_API_KEY or GEMINI_API_KEY')
  const { baseURL, apiVersion = 'v1beta', headers } = withEnvironment(given, GOOGLE_SETTINGS)
  const { GoogleGenAI } = await import('@google/genai/web')
  const options = { apiKey, vertexai: false, apiVersion, httpOptions: httpOptions(baseURL, headers) }
  return builder(new GoogleGenAI(options)['apiClient'])
}

/** A key of express mode counts only where there is no project. */
function vertexKey(given: VertexSettings): string | undefined {
  const { apiKey, project } = withEnvironment(given, VERTEX_SETTINGS)
  return apiKey ?? (project === undefined ? environment()['GOOGLE_API_KEY'] || undefined : undefined)
}

export async function vertexClient(given: VertexSettings): Promise<BuildRequest> {
  const settings = withEnvironment(given, VERTEX_SETTINGS)
  const { baseURL, apiVersion = 'v1beta1', headers, project, location = 'global' } = settings
  const common = { vertexai: true, apiVersion, httpOptions: httpOptions(baseURL, headers) }
  const apiKey = vertexKey(given)
  if (apiKey !== undefined) {
    const { GoogleGenAI } = await import('@google/genai/web')
    return builder(new GoogleGenAI({ ...common, apiKey })['apiClient'])
  }
  if (project === undefined) throw missingSetting('vertex', 'project', 'GOOGLE_CLOUD_PROJECT')
  const { GoogleGenAI } = await import('@google/genai/node')
  const options = { ...common, project, location, googleAuthOptions: authOptions(settings) }
  const build = builder(new GoogleGenAI(options)['apiClient'])
  return request =>
    build(request).catch((error: unknown) => {
      throw credentialError(error)
    })
}

type AuthOptions = NonNullable<GoogleGenAIOptions['googleAuthOptions']>

function authOptions({ accessToken, googleAuthOptions }: VertexSettings): AuthOptions {
  if (accessToken === undefined) return { ...googleAuthOptions }
  const getRequestHeaders = async (): Promise<Headers> =>
    new Headers({ authorization: `Bearer ${await accessToken()}` })
  return { authClient: { getRequestHeaders } as unknown as NonNullable<AuthOptions['authClient']> }
}

/** What is left to fail when a request is built is to get a token: for want of credentials, or of a network. */
function credentialError(error: unknown): LLMError {
  const { code, message = String(error) } = error as { readonly code?: unknown; readonly message?: string }
  if (/^E(?:CONN|AI_|TIMEDOUT|NOTFOUND|PIPE)/.test(String(code))) {
    return apiError({ kind: 'connection', message }, { provider: 'vertex', cause: error })
  }
  return new ConfigurationError({
    message: `vertex got no credentials: ${message}`,
    hint: 'Run gcloud auth application-default login, set GOOGLE_APPLICATION_CREDENTIALS, or pass accessToken.',
    cause: error,
  })
}

function httpOptions(
  baseUrl: string | undefined,
  headers: Readonly<Record<string, string>> | undefined,
): NonNullable<GoogleGenAIOptions['httpOptions']> {
  return { ...(baseUrl && { baseUrl }), ...(headers && { headers: { ...headers } }), fetch: capture }
}

/** The SDK's `fetch`: it sends nothing, and answers with the request that the SDK has built. */
const capture = (url: RequestInfo | URL, { method = 'GET', headers, body }: RequestInit = {}): Promise<Response> => {
  const built: HttpRequest = {
    url: url instanceof Request ? url.url : String(url),
    method,
    headers: headers ?? {},
    ...(body == null ? {} : { body }),
  }
  // A real one would cost more than building the request does.
  const response: CapturedResponse = { ok: true, headers: new Map(), json: () => Promise.resolve(built) }
  return Promise.resolve(response as unknown as Response)
}

/** As much of a response as the SDK looks at. */
interface CapturedResponse {
  readonly ok: true
  readonly headers: ReadonlyMap<string, string>
  json(): Promise<HttpRequest>
}

/** What the SDK's own methods send with. They make bodies of their own; what subclasses of the client are given sends any. */
interface ApiClient {
  request(request: {
    httpMethod: ApiRequest['method']
    path: string
    queryParams?: Record<string, string>
    httpOptions?: { headers: Record<string, string> }
    body?: string
  }): Promise<{ json(): Promise<unknown> }>
}

/** Has the SDK build requests: URL, credentials, headers. They are taken from it where it would send them. */
function builder(client: ApiClient): BuildRequest {
  return async ({ method, path, query, headers, body }) => {
    const captured = await client.request({
      httpMethod: method,
      path,
      ...(query && { queryParams: query }),
      ...(headers && { httpOptions: { headers } }),
      ...(body && { body: JSON.stringify(body) }),
    })
    return (await captured.json()) as HttpRequest
  }
}

/** Where a model is. Names of whole resources, such as those of tuned models and endpoints, are kept. */
export function modelPath(host: string, model: string): string {
  if (/^(?:models|tunedModels|projects|publishers)\//.test(model)) return model
  if (host === 'google') return `models/${model}`
  const [publisher, name] = model.includes('/') ? model.split('/', 2) : ['google', model]
  return `publishers/${publisher ?? ''}/models/${name ?? ''}`
}
