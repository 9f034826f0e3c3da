import type { Completion, CompletionRequest } from '../completion.ts'
import { createDeadline } from '../http/deadline.ts'
import { COMPLETION_LIMIT } from '../http/read-body.ts'
import { createSSEDecoder, type DecoderListener, type StreamDecoder } from '../http/sse.ts'
import type { Capabilities, Provider, RequestPreview } from '../provider.ts'
import type { StandardSchema } from '../schema/schema.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import { CompletionAccumulator } from '../stream/accumulator.ts'
import { CompletionStream } from '../stream/completion-stream.ts'
import type { CompletionCodec, ParseContext, PreparedRequest } from './codec.ts'
import { createParseContext, type ParseTarget } from './parse-context.ts'
import { renderRequest, type RenderedRequest } from './render-request.ts'
import { ResponseSource, type OpenStream } from './response-source.ts'
import { validateRequest } from './validate-request.ts'
import {
  built,
  callError,
  headerRecord,
  readJson,
  reading,
  send,
  type CallContext,
  type HttpRequest,
  type Transport,
} from './transport.ts'

/** What a host contributes: its wire format, how its SDK builds a request, how its errors read. Nothing else. */
export interface HostDefinition<Options, Extra extends Partial<Capabilities>> {
  /** The host, in lower case. */
  readonly id: string
  readonly codec: CompletionCodec<Options>
  readonly transport: Transport
  /** Has the vendor's SDK build the HTTP request for a rendered body: URL, credentials, headers. */
  buildRequest(body: object, request: PreparedRequest<Options>): Promise<HttpRequest>
  /** Loads the schema of the host's own options; called when a request has some. */
  options(): Promise<StandardSchema<Options>>
  /** What the host calls a model, where it has names of its own, such as deployments: over what the model's spec says. */
  readonly nameOf?: ((model: string, spec: ModelSpec | undefined) => string | undefined) | undefined
  /** The model behind such a name: clients ask, so that the model's rules are applied. */
  readonly modelOf?: ((name: string) => string | undefined) | undefined
  /** For hosts whose streams are not server-sent events. */
  readonly createDecoder?: ((listener: DecoderListener) => StreamDecoder) | undefined
  /** The most milliseconds that a call may take where the request does not say. */
  readonly timeout?: number | undefined
  /** Where the host is called, where the settings say so. */
  readonly baseURL?: string | undefined
  /** What the host can do besides completions. */
  readonly capabilities?: Extra | undefined
  /** Makes the same host with some settings changed; see {@link inheritSettings}. */
  readonly derive?: Provider['derive'] | undefined
  close?(): Promise<void>
}

/**
 * Makes a {@link Provider}: the leaf of every stack, the same for all hosts. It validates the request, adapts it to the
 * model and the host, has the codec render it, sends it, and turns whatever comes back into a completion, a stream of
 * events or a typed error.
 *
 * @example
 * ```ts
 * import { defineProvider, type CompletionCodec, type StandardSchema } from '@llm/core'
 *
 * declare const codec: CompletionCodec<object>
 * declare const options: StandardSchema<object>
 *
 * const provider = defineProvider({
 *   id: 'example',
 *   codec,
 *   transport: { readError: () => ({ message: 'see the body' }) },
 *   options: () => Promise.resolve(options),
 *   buildRequest: body => Promise.resolve({ url: 'https://example.com/v1/chat', method: 'POST', body: JSON.stringify(body) }),
 * })
 * ```
 */
export function defineProvider<Options, Extra extends Partial<Capabilities> = Record<never, never>>(
  host: HostDefinition<Options, Extra>,
): Provider & Extra {
  const provider: Provider = {
    id: host.id,
    protocol: host.codec.protocol,
    complete: request => complete(host, request),
    stream: request => stream(host, request),
    preview: request => preview(host, request),
    ...(host.baseURL === undefined ? {} : { baseURL: host.baseURL }),
    ...(host.modelOf === undefined ? {} : { modelOf: host.modelOf }),
    ...(host.derive === undefined ? {} : { derive: host.derive }),
    ...(holdsNothing(host) ? {} : { close: () => close(host) }),
  }
  return Object.assign(provider, host.capabilities)
}

type Host<Options> = HostDefinition<Options, Partial<Capabilities>>
type Holder = Pick<HostDefinition<never, never>, 'close' | 'transport'>

const holdsNothing = ({ close, transport }: Holder): boolean => (close ?? transport.fetch?.close) === undefined

async function close(host: Holder): Promise<void> {
  await Promise.all([host.close?.(), host.transport.fetch?.close?.()])
}

/** One call on its way through a host. */
interface Leaf<Options> {
  readonly host: Host<Options>
  readonly request: CompletionRequest
  readonly call: CallContext
}

async function complete<Options>(host: Host<Options>, request: CompletionRequest): Promise<Completion> {
  const call = createCall(host, request)
  const leaf = { host, request, call }
  const accumulator = new CompletionAccumulator()
  try {
    const { response, rendered } = await exchange(leaf, false)
    const body = await readJson(response, call, COMPLETION_LIMIT)
    const context = parseContext(leaf, rendered, {
      streamed: false,
      sink: event => {
        accumulator.push(event)
      },
    })
    parseWhole(leaf, body, context)
    accumulator.response = { headers: headerRecord(response.headers), body }
    return accumulator.snapshot()
  } catch (error) {
    throw callError(error, call)
  } finally {
    call.deadline.dispose()
  }
}

function stream<Options>(host: Host<Options>, request: CompletionRequest): CompletionStream {
  const accumulator = new CompletionAccumulator()
  const source = new ResponseSource({
    accumulator,
    createCall: () => createCall(host, request),
    open: async (call, emit) => {
      const leaf = { host, request, call }
      const { response, rendered } = await exchange(leaf, true)
      accumulator.response = { headers: headerRecord(response.headers) }
      return openStream(leaf, response, parseContext(leaf, rendered, { streamed: true, sink: emit }))
    },
  })
  return new CompletionStream(source)
}

async function preview<Options>(host: Host<Options>, request: CompletionRequest): Promise<RequestPreview> {
  validateRequest(request)
  const { body, prepared, warnings } = await renderRequest(host, request, {
    stream: false,
    signal: request.signal,
    offline: true,
  })
  return { model: prepared.model, body, warnings }
}

/** From request to successful response: prepared, rendered, built by the SDK, sent. */
async function exchange<Options>(
  { host, request, call }: Leaf<Options>,
  streamed: boolean,
): Promise<{ response: Response; rendered: RenderedRequest<Options> }> {
  const rendered = await renderRequest(host, request, { stream: streamed, signal: call.deadline.signal })
  call.model = rendered.prepared.model
  const http = await built(call, () => host.buildRequest(rendered.body, rendered.prepared))
  return { response: await send(http, call), rendered }
}

async function openStream<Options>(
  leaf: Leaf<Options>,
  response: Response,
  context: ParseContext,
): Promise<OpenStream> {
  const { host, call } = leaf
  const contentType = response.headers.get('content-type') ?? ''
  if (response.body === null || /^(?:application\/json|text\/html)/i.test(contentType)) {
    parseWhole(leaf, await readJson(response, call, COMPLETION_LIMIT), context)
    return PARSED
  }
  const parser = host.codec.createStreamParser(context)
  const createDecoder = host.createDecoder ?? createSSEDecoder
  const decoder = createDecoder({
    onMessage: message => {
      parser.push(message)
    },
  })
  return { reader: response.body.getReader(), decoder, parser }
}

/** A host that was asked for a stream and answered at once: its events are there, and nothing is left to read. */
const PARSED: OpenStream = {
  reader: { read: () => Promise.resolve({ done: true, value: undefined }), cancel: () => Promise.resolve() },
  decoder: { push: () => undefined, end: () => undefined },
  parser: { push: () => undefined, done: true, end: () => true },
}

function parseWhole<Options>({ host, call }: Leaf<Options>, body: unknown, context: ParseContext): void {
  reading(() => {
    host.codec.parseResponse(body, context)
  }, call)
}

function parseContext<Options>(
  { host, request, call }: Leaf<Options>,
  { warnings, plan }: RenderedRequest<Options>,
  target: Pick<ParseTarget, 'streamed' | 'sink'>,
): ParseContext {
  return createParseContext({ call, protocol: host.codec.protocol, request, warnings, plan, ...target })
}

function createCall<Options>(host: Host<Options>, request: CompletionRequest): CallContext {
  validateRequest(request)
  const { model, signal, timeout = host.timeout } = request
  const deadline = createDeadline(signal, timeout)
  return { provider: host.id, model, transport: host.transport, deadline, signal, timeout }
}
