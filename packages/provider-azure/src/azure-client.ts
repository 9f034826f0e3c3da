import { missingSetting } from '@llm/core'
import { foreignHeaders, type RequestBuilder } from '@llm/protocol-openai'
import type { OpenAI } from 'openai'
import { deploymentOf } from './azure-deployments.ts'
import type { AzureSettings } from './azure.ts'

type BuildOptions = Parameters<RequestBuilder['buildRequest']>[0]

/** One of the APIs of a resource. */
interface Endpoint {
  readonly baseURL: string
  /** The URL names the deployment, and this version. */
  readonly deployments?: string
  readonly query?: Readonly<Record<string, string>>
}

/** Which API a URL and a version mean. A URL without a path is a resource, and has several. */
function endpointOf(url: string, apiVersion: string | undefined): Endpoint {
  const baseURL = url.replace(/\/+$/, '')
  const { pathname } = new URL(baseURL)
  const dated = apiVersion !== undefined && /^\d{4}-\d\d-\d\d/.test(apiVersion) ? apiVersion : undefined
  if (pathname.endsWith('/models')) return { baseURL, query: { 'api-version': apiVersion ?? '2024-05-01-preview' } }
  const isV1 = pathname.endsWith('/v1')
  if (dated !== undefined && !isV1) {
    const whole = /\/(?:openai|deployments\/[^/]+)$/.test(pathname)
    return { baseURL: whole ? baseURL : `${baseURL}/openai`, deployments: dated }
  }
  const named = dated === undefined && apiVersion !== undefined ? { query: { 'api-version': apiVersion } } : {}
  return { baseURL: isV1 ? baseURL : `${baseURL.replace(/\/openai$/, '')}/openai/v1`, ...named }
}

/** The SDK's client, as a builder of requests: this library sends them. */
export async function createClient(settings: AzureSettings): Promise<RequestBuilder> {
  const { apiKey, azureADTokenProvider: token, baseURL } = settings
  if (apiKey === undefined && token === undefined) throw missingSetting('azure', 'apiKey', 'AZURE_API_KEY')
  if (baseURL === undefined) throw missingSetting('azure', 'baseURL', 'AZURE_API_BASE')
  const endpoint = endpointOf(baseURL, settings.apiVersion)
  const client = await (endpoint.deployments === undefined ? plainClient : deploymentsClient)(settings, endpoint)
  return {
    buildRequest: options => client.buildRequest(addressed(options, settings, endpoint)),
  }
}

/** What both of the SDK's clients take; `null` keeps them from reading variables that are meant for OpenAI itself. */
const COMMON = { organization: null, project: null, maxRetries: 0 } as const

async function deploymentsClient(settings: AzureSettings, { baseURL, deployments }: Endpoint): Promise<OpenAI> {
  const { AzureOpenAI } = await import('openai')
  const { apiKey = '', azureADTokenProvider, headers } = settings
  const credentials = azureADTokenProvider === undefined ? { apiKey } : { apiKey: '', azureADTokenProvider }
  const defaultHeaders = { ...foreignHeaders(), ...headers }
  return new AzureOpenAI({ ...COMMON, ...credentials, baseURL, apiVersion: deployments, defaultHeaders })
}

/** `AzureOpenAI` would put a deployment into the URLs of these APIs, which have none. */
async function plainClient(settings: AzureSettings, { baseURL, query }: Endpoint): Promise<OpenAI> {
  const { OpenAI } = await import('openai')
  const { apiKey = '', azureADTokenProvider, headers } = settings
  const key = azureADTokenProvider === undefined ? { 'api-key': apiKey, authorization: null } : {}
  return new OpenAI({
    ...COMMON,
    apiKey: azureADTokenProvider ?? apiKey,
    baseURL,
    defaultHeaders: { ...foreignHeaders(), ...key, ...headers },
    defaultQuery: query,
  })
}

/** The call with its deployment in place of the model. The SDK does not look for one in forms. */
function addressed({ path, body, ...call }: BuildOptions, settings: AzureSettings, endpoint: Endpoint): BuildOptions {
  const isForm = body instanceof FormData
  const model = isForm ? body.get('model') : (body as { readonly model?: unknown } | undefined)?.model
  if (typeof model !== 'string') return { ...call, path, body }
  const { deployments = {}, embeddingDeployment } = settings
  const otherwise = path === '/embeddings' ? embeddingDeployment : undefined
  const deployment = deploymentOf(deployments, model) ?? otherwise ?? model
  if (!isForm) return { ...call, path, body: { ...body, model: deployment } }
  body.set('model', deployment)
  const inURL = endpoint.deployments !== undefined && !endpoint.baseURL.includes('/deployments/')
  return { ...call, path: inURL ? `/deployments/${encodeURIComponent(deployment)}${path}` : path, body }
}
