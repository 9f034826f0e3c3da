import type { CallOptions } from '../call-options.ts'
import type { RawResponse } from '../completion.ts'
import type { ErrorDetails } from '../errors/api-error.ts'
import { createDeadline } from '../http/deadline.ts'
import { createSSEDecoder, type StreamMessage } from '../http/sse.ts'
import type { StandardSchema } from '../schema/schema.ts'
import { readOptions } from './prepare-request.ts'
import {
  built,
  callError,
  cutShort,
  headerRecord,
  hostError,
  readJson,
  reading,
  send,
  type CallContext,
  type HttpRequest,
  type Transport,
} from './transport.ts'

/** What the calls of a host have in common. */
export interface HostCallsOptions<Options> {
  /** The host, in lower case. */
  readonly id: string
  readonly transport: Transport
  /** The most milliseconds that a call may take where it does not say. */
  readonly timeout?: number | undefined
  /** Loads the schema of the host's own options. */
  readonly options?: (() => Promise<StandardSchema<Options>>) | undefined
}

/** One call that is not a completion. */
export interface HostCall<Options> {
  /** The caller's request: its signal, its timeout, its options for this host. */
  readonly request: CallOptions
  /** The model, for errors; empty where the call has none. */
  readonly model?: string | undefined
  /** Has the vendor's SDK build the HTTP request. */
  build(options: Options): Promise<HttpRequest>
}

/** What came with an answer. */
export interface ResponseInfo {
  readonly response: RawResponse
  readonly requestId: string | undefined
  /** Ends the call with the typed error for what the host said inside its answer. */
  fail(details: ErrorDetails): never
}

/** The calls of a host besides completions, with the same errors, deadlines and aborts. */
export interface HostCalls<Options> {
  /** A call that answers with JSON, and what to read from it. */
  json<T>(call: HostCall<Options>, read: (body: unknown, info: ResponseInfo) => T): Promise<T>
  /** A call that answers with bytes or text, whole. */
  bytes(call: HostCall<Options>): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly info: ResponseInfo }>
  /** A call that answers with bytes, as they arrive. Connects on the first read; leaving early closes the connection. */
  byteStream(call: HostCall<Options>): AsyncGenerator<Uint8Array, void>
  /**
   * A call that answers with server-sent events, as they arrive, and what each of them tells. A host that was asked for a
   * stream and answered with JSON at once has said it in one message.
   */
  messageStream<T>(
    call: HostCall<Options>,
    createReader: (info: ResponseInfo) => MessageReader<T>,
  ): AsyncGenerator<T, void>
}

/** Reads one streamed answer. */
export interface MessageReader<T> {
  /** What a message tells. */
  push(message: StreamMessage): readonly T[]
  /** The host's own last message has come: without it the answer was cut short. */
  readonly done: boolean
}

/**
 * Makes the calls of a host that are not completions: embeddings, media, files, batches. Each is built by the vendor's
 * SDK and sent here, so that it fails, times out and is aborted exactly as a completion does.
 *
 * @example
 * ```ts
 * import { createHostCalls } from '@llm/core'
 *
 * const calls = createHostCalls({ id: 'example', transport: { readError: () => ({}) } })
 * const models = await calls.json(
 *   { request: {}, build: () => Promise.resolve({ url: 'https://example.com/v1/models' }) },
 *   body => body as readonly string[],
 * )
 * ```
 */
export function createHostCalls<Options = object>(host: HostCallsOptions<Options>): HostCalls<Options> {
  return {
    json: (call, read) =>
      settled(host, call, async (context, response) => {
        const body = await readJson(response, context)
        return reading(() => read(body, infoOf(response, context, body)), context)
      }),
    bytes: call =>
      settled(host, call, async (context, response) => ({
        bytes: new Uint8Array(await response.arrayBuffer()),
        info: infoOf(response, context),
      })),
    byteStream: call => opened(host, call, ({ body }) => pieces(body)),
    messageStream: (call, createReader) =>
      opened(host, call, (response, context) =>
        readMessages(response, createReader(infoOf(response, context)), context),
      ),
  }
}

async function settled<Options, T>(
  host: HostCallsOptions<Options>,
  call: HostCall<Options>,
  read: (context: CallContext, response: Response) => Promise<T>,
): Promise<T> {
  const context = createContext(host, call)
  try {
    return await read(context, await exchange(host, call, context))
  } catch (error) {
    throw callError(error, context)
  } finally {
    context.deadline.dispose()
  }
}

/** Connects on the first read; leaving early closes the connection. */
async function* opened<Options, T>(
  host: HostCallsOptions<Options>,
  call: HostCall<Options>,
  read: (response: Response, context: CallContext) => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  const context = createContext(host, call)
  try {
    yield* read(await exchange(host, call, context), context)
  } catch (error) {
    throw callError(error, context)
  } finally {
    context.deadline.dispose()
  }
}

async function* pieces(body: Response['body']): AsyncGenerator<Uint8Array, void> {
  const reader = body?.getReader()
  try {
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) yield part.value
  } finally {
    // Not waited for: a body that someone copies, to log it perhaps, is not cancelled before its copy is.
    reader?.cancel().catch(() => undefined)
  }
}

async function* readMessages<T>(
  response: Response,
  reader: MessageReader<T>,
  context: CallContext,
): AsyncGenerator<T, void> {
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
  const messages = isJson ? [{ data: await response.text() }] : decoded(pieces(response.body))
  for await (const message of messages) yield* reading(() => reader.push(message), context)
  if (!reader.done) throw cutShort(context)
}

async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<StreamMessage, void> {
  let messages: StreamMessage[] = []
  const decoder = createSSEDecoder({ onMessage: message => messages.push(message) })
  for await (const piece of bytes) {
    decoder.push(piece)
    yield* messages
    messages = []
  }
  decoder.end()
  yield* messages
}

async function exchange<Options>(
  host: HostCallsOptions<Options>,
  call: HostCall<Options>,
  context: CallContext,
): Promise<Response> {
  const { id, options } = host
  const own = options === undefined ? ({} as Options) : await readOptions(call.request.providerOptions, { id, options })
  return send(withKey(await built(context, () => call.build(own)), call.request), context)
}

function withKey(http: HttpRequest, { idempotencyKey }: CallOptions): HttpRequest {
  if (idempotencyKey === undefined) return http
  const headers = new Headers(http.headers)
  headers.set('idempotency-key', idempotencyKey)
  return { ...http, headers }
}

function createContext<Options>(
  host: HostCallsOptions<Options>,
  { request, model = '' }: HostCall<Options>,
): CallContext {
  const { signal, timeout = host.timeout } = request
  const { id: provider, transport } = host
  return { provider, model, transport, deadline: createDeadline(signal, timeout), signal, timeout }
}

function infoOf({ headers }: Response, context: CallContext, body?: unknown): ResponseInfo {
  return {
    response: { headers: headerRecord(headers), ...(body === undefined ? {} : { body }) },
    requestId: context.requestId,
    fail(details) {
      throw hostError(details, context)
    },
  }
}
