import { ConfigurationError, environment, LLMError, missingSetting, type HttpRequest } from '@llm/core'
import type { BedrockRuntimeClient, BedrockRuntimeClientConfig, ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import type { BedrockSettings } from './bedrock.ts'

/** Keys of an AWS account or role. */
export interface BedrockCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Comes with keys that are temporary. */
  readonly sessionToken?: string | undefined
  /** When temporary keys end. */
  readonly expiration?: Date | undefined
}

/** The operations of Bedrock's runtime that this package uses. */
type Operation = 'Converse' | 'ConverseStream' | 'InvokeModel' | 'CountTokens'

/** Builds signed requests. */
export type RequestBuilder = (operation: Operation, modelId: string, body: object) => Promise<HttpRequest>

/**
 * Makes the SDK's client, as a builder of requests: it knows the endpoints, finds the credentials and signs. The body is
 * ours, so that what is newer than the SDK can be sent; this library sends the request.
 */
export async function createRequestBuilder(settings: BedrockSettings): Promise<RequestBuilder> {
  const sdk = await import('@aws-sdk/client-bedrock-runtime')
  const client = new sdk.BedrockRuntimeClient(clientConfig(settings))
  interceptRequests(client)
  return async (operation, modelId, body) => {
    // Every command of the SDK has this constructor and this stack, but each has types of its own.
    const Command = sdk[`${operation}Command`] as typeof ConverseCommand
    const command = new Command({ modelId })
    replaceBody(command, body, settings.headers)
    return toHttpRequest(await signed(client, command))
  }
}

/** Keys that were passed come before a token of the environment, and that before the chain of the SDK. */
function clientConfig(settings: BedrockSettings): BedrockRuntimeClientConfig {
  const { baseURL, profile } = settings
  const env = environment()
  const region = settings.region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined)
  const credentials = givenCredentials(settings)
  const token = settings.apiKey ?? (credentials === undefined && profile === undefined ? bearerToken() : undefined)
  return {
    ...(region !== undefined && { region }),
    ...(baseURL !== undefined && { endpoint: baseURL }),
    ...(profile !== undefined && { profile }),
    ...(credentials !== undefined && { credentials }),
    ...(token === undefined
      ? { authSchemePreference: ['sigv4'] }
      : { token: { token }, authSchemePreference: ['httpBearerAuth'] }),
    maxAttempts: 1,
    requestHandler,
  }
}

/** A Bedrock API key of the environment. */
export function bearerToken(): string | undefined {
  return environment()['AWS_BEARER_TOKEN_BEDROCK'] || undefined
}

function givenCredentials(settings: BedrockSettings): BedrockRuntimeClientConfig['credentials'] {
  const { credentials, accessKeyId, secretAccessKey, sessionToken } = settings
  if (credentials !== undefined) return async () => identity(await credentials())
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined
  if (accessKeyId === undefined) throw missingSetting('bedrock', 'accessKeyId', 'AWS_ACCESS_KEY_ID')
  if (secretAccessKey === undefined) throw missingSetting('bedrock', 'secretAccessKey', 'AWS_SECRET_ACCESS_KEY')
  return identity({ accessKeyId, secretAccessKey, sessionToken })
}

/** The SDK wants what is not there to be left out. */
function identity({ sessionToken, expiration, ...keys }: BedrockCredentials): AwsCredentialIdentity {
  return {
    ...keys,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(expiration !== undefined && { expiration }),
  }
}

type AwsCredentialIdentity = Exclude<NonNullable<BedrockRuntimeClientConfig['credentials']>, () => unknown>

/** What the SDK passes from step to step. */
interface SdkRequest {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
  readonly path: string
  readonly method: string
  headers: Record<string, string>
  body?: unknown
}

/** Before the SDK measures and signs, so that its signature is of what is sent. */
function replaceBody(command: ConverseCommand, body: object, headers: BedrockSettings['headers']): void {
  command.middlewareStack.add(
    next => args => {
      const request = args.request as SdkRequest
      request.body = JSON.stringify(body)
      Object.assign(request.headers, { 'content-type': 'application/json' }, headers)
      return next(args)
    },
    { step: 'build', priority: 'high', name: 'replaceBody' },
  )
}

/** Of this handler only the protocol is asked for: with HTTP/2, which `fetch` may not speak, the SDK would sign other headers. */
const requestHandler = {
  metadata: { handlerProtocol: 'http/1.1' },
  handle: () => Promise.reject(new Error('the SDK tried to send a request')),
}

/** Takes requests out of the SDK where they would be sent: signed, and never answered. */
function interceptRequests(client: BedrockRuntimeClient): void {
  client.middlewareStack.add(
    () =>
      ({ request }) =>
        Promise.resolve({ response: undefined, output: { $metadata: {}, request } as never }),
    { step: 'deserialize', priority: 'high', name: 'interceptRequests' },
  )
}

async function signed(client: BedrockRuntimeClient, command: ConverseCommand): Promise<SdkRequest> {
  try {
    const { request } = (await client.send(command)) as unknown as { readonly request: SdkRequest }
    return request
  } catch (error) {
    throw buildError(error)
  }
}

function buildError(error: unknown): Error {
  if (LLMError.is(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  const regionless = message.startsWith('Region is missing')
  return new ConfigurationError({
    message: `bedrock: ${regionless ? 'no region is set.' : `the request could not be signed: ${message}`}`,
    hint: regionless
      ? 'Set AWS_REGION, or pass { region } to the provider.'
      : 'Set AWS_BEARER_TOKEN_BEDROCK, or the keys of an AWS account (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE).',
    cause: error,
  })
}

/** What `fetch` sets by itself, to the same values, must not be set by hand. */
function toHttpRequest({ protocol, hostname, port, path, method, headers, body }: SdkRequest): HttpRequest {
  const { host: _, 'content-length': _length, ...rest } = headers
  const authority = port === undefined ? hostname : `${hostname}:${String(port)}`
  return { url: `${protocol}//${authority}${path}`, method, headers: rest, body: body as string }
}
