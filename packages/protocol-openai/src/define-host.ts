import {
  bindCodec,
  createHostCalls,
  defined,
  defineProvider,
  isRecord,
  type Capabilities,
  type CompletionCodec,
  type ErrorDetails,
  type HttpRequest,
  type ModelSpec,
  type Provider,
  type StandardSchema,
  type Transport,
} from '@llm/core'
import type { BuildCall, CompletionHost } from './capabilities/host.ts'
import { readError } from './errors.ts'

/** What is used of a vendor's SDK: it builds requests, and sends none. */
export interface RequestBuilder {
  buildRequest(options: {
    method: 'get' | 'post' | 'delete'
    path: string
    body?: object | undefined
    headers?: Readonly<Record<string, string>> | undefined
  }): Promise<{ readonly url: string; readonly req: RequestInit }>
}

/** A host of this API. */
export interface OpenAIHost<Options, Extra extends Partial<Capabilities>> {
  /** The host, in lower case. */
  readonly id: string
  readonly codec: CompletionCodec<Options>
  /** Where completions are. */
  readonly path: string
  /** What the host calls a model, where it has names of its own, such as deployments. */
  readonly nameOf?: ((model: string, spec: ModelSpec | undefined) => string | undefined) | undefined
  /** The model behind such a name. */
  readonly modelOf?: ((name: string) => string | undefined) | undefined
  /** Makes the SDK's client; called before every request. */
  client(): Promise<RequestBuilder>
  /** Loads the schema of the host's own options. */
  options(): Promise<StandardSchema<Options>>
  /** Adds the host's own options to the body of a call that is not a completion. */
  readonly applyOptions?: ((body: Record<string, unknown>, options: Options) => Record<string, unknown>) | undefined
  readonly readError?: ((body: unknown) => ErrorDetails) | undefined
  readonly transport?: Partial<Transport> | undefined
  /** In milliseconds, for calls that say nothing themselves. */
  readonly timeout?: number | undefined
  /** Where the host is called, where the settings say so. */
  readonly baseURL?: string | undefined
  /** Makes the same host with some settings changed; core's `inheritSettings` does. */
  readonly derive?: Provider['derive'] | undefined
  /** What the host can do besides completions. */
  readonly capabilities?: ((host: CompletionHost<Options>) => Extra) | undefined
}

/**
 * Makes a provider of a host of this API: its SDK builds every request, completions or not, and core sends it.
 *
 * @example
 * ```ts
 * import { createChatCodec, createEmbed, defineHost, type RequestBuilder } from '@llm/protocol-openai'
 * import type { StandardSchema } from '@llm/core'
 *
 * declare const sdk: RequestBuilder
 * declare const schema: StandardSchema<object>
 *
 * const provider = defineHost({
 *   id: 'example',
 *   codec: createChatCodec(),
 *   path: '/chat/completions',
 *   client: () => Promise.resolve(sdk),
 *   options: () => Promise.resolve(schema),
 *   capabilities: host => ({ embed: createEmbed(host) }),
 * })
 * ```
 */
export function defineHost<Options, Extra extends Partial<Capabilities> = Record<never, never>>(
  host: OpenAIHost<Options, Extra>,
): Provider & Extra {
  const { id, codec, path, nameOf, modelOf, timeout, baseURL, derive, readError: read = readError } = host
  const transport: Transport = { readError: read, ...host.transport }
  const options = (): Promise<StandardSchema<Options>> => host.options()
  const calls = createHostCalls({ id, transport, timeout, options })
  return defineProvider({
    id,
    codec,
    transport,
    nameOf,
    modelOf,
    timeout,
    baseURL,
    derive,
    options,
    buildRequest: async body => build(await host.client(), { path, body }),
    capabilities: host.capabilities?.({
      id,
      calls,
      codec: bindCodec({ id, codec, transport, options, nameOf }),
      readError: read,
      build: async (call, own) => build(await host.client(), { ...call, body: extended(call.body, own, host) }),
    }),
  })
}

function extended<Options>(
  body: object | undefined,
  options: Options,
  { applyOptions }: Pick<OpenAIHost<Options, object>, 'applyOptions'>,
): object | undefined {
  if (body === undefined || applyOptions === undefined) return body
  if (!(body instanceof FormData)) return applyOptions(body as Record<string, unknown>, options)
  for (const [name, value] of Object.entries(applyOptions({}, options))) setField(body, name, value)
  return body
}

/** Sets a field of a form. Those inside lists and objects have brackets in their names. */
function setField(form: FormData, name: string, value: unknown): void {
  if (Array.isArray(value)) for (const item of value) form.append(`${name}[]`, String(item))
  else if (isRecord(value)) for (const [key, inner] of Object.entries(value)) setField(form, `${name}[${key}]`, inner)
  else if (value !== undefined) form.set(name, typeof value === 'string' ? value : JSON.stringify(value))
}

async function build(client: RequestBuilder, { path, body, method, headers }: BuildCall): Promise<HttpRequest> {
  const verb = method ?? (body === undefined ? 'get' : 'post')
  const { url, req } = await client.buildRequest({ method: verb, path, ...defined({ body, headers }) })
  return { ...req, url }
}
