import { AbortedError } from '../errors/aborted-error.ts'
import { apiError, type ErrorDetails } from '../errors/api-error.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'
import { LLMError } from '../errors/llm-error.ts'
import { TimeoutError } from '../errors/timeout-error.ts'
import { untilAborted, type Deadline } from '../http/deadline.ts'
import { BodyTooLargeError, ERROR_BODY_LIMIT, readText } from '../http/read-body.ts'
import { retryAfterMs } from '../http/retry-after.ts'
import { tryParseJson } from '../json.ts'
import type { ProviderSettings } from '../provider.ts'

/** An HTTP request that a vendor's SDK has built: URL, credentials, headers, body. */
export interface HttpRequest extends Omit<RequestInit, 'signal'> {
  readonly url: string
}

/** How a host is reached and how its errors read. */
export interface Transport {
  readonly fetch?: ProviderSettings['fetch']
  /** Reads the body of a failed response: whatever JSON it is. */
  readError(body: unknown, response: { readonly status: number; readonly headers: Headers }): ErrorDetails
  /** The response header with the host's id for the request. Defaults to `x-request-id`. */
  readonly requestIdHeader?: string | undefined
  /** Values that no error may show: the key that is in use. */
  secrets?(): readonly (string | undefined)[]
}

/** Who is called, by whom, and for how long: what every failure of a call needs to know. */
export interface CallContext {
  readonly provider: string
  /** The model as asked for; the host's own id for it once that is known. */
  model: string
  readonly transport: Transport
  readonly deadline: Deadline
  /** The caller's own signal. */
  readonly signal: AbortSignal | undefined
  readonly timeout: number | undefined
  requestId?: string | undefined
}

/** Has a vendor's SDK build a request. What it throws is about how it was set up. */
export async function built(context: CallContext, build: () => Promise<HttpRequest>): Promise<HttpRequest> {
  const { provider, transport, deadline } = context
  deadline.signal.throwIfAborted()
  try {
    return await untilAborted(build(), deadline.signal)
  } catch (error) {
    if (LLMError.is(error) || deadline.signal.aborted) throw error
    throw new ConfigurationError({
      message: `${provider}: the request could not be built: ${error instanceof Error ? error.message : String(error)}`,
      hint: "Check the provider's settings, the base URL first, and that its package is whole.",
      cause: error,
      secrets: transport.secrets?.(),
    })
  }
}

/** Sends a request. A response that is not a success becomes the typed error that it stands for. */
export async function send(http: HttpRequest, context: CallContext): Promise<Response> {
  const { url, ...init } = http
  const fetch = context.transport.fetch ?? globalThis.fetch
  // An API does not redirect: what does is a wrong address, and following it would hand the key to another host.
  const response = await fetch(url, { redirect: 'manual', ...init, signal: context.deadline.signal })
  context.requestId = response.headers.get(context.transport.requestIdHeader ?? 'x-request-id') ?? undefined
  if (response.ok) return response
  throw await responseError(response, context)
}

/** The parsed body of a successful response, of at most so many bytes. */
export async function readJson(response: Response, context: CallContext, limit?: number): Promise<unknown> {
  const text = await readText(response, limit)
  const body = tryParseJson(text)
  if (body !== undefined) return body
  throw malformed(describeBody(text, response.headers.get('content-type')), context)
}

/** The error for an answer that is not of the host's API. */
function malformed(message: string, context: CallContext): LLMError {
  return apiError({ kind: 'malformed-response', message }, errorContext(context))
}

/** Runs what reads an answer: whatever trips over an answer of a wrong form says so, and names the form. */
export function reading<T>(read: () => T, context: CallContext): T {
  try {
    return read()
  } catch (error) {
    if (LLMError.is(error)) throw error
    const problem =
      error instanceof SyntaxError ? 'it holds broken JSON' : `it has an unexpected form (${String(error)})`
    throw malformed(`the answer cannot be read: ${problem}.`, context)
  }
}

/** The error for an answer that ended before it was complete. */
export function cutShort(context: CallContext): LLMError {
  return apiError(
    { kind: 'connection', message: 'the stream ended before the answer was complete.' },
    { ...errorContext(context), hint: 'Try again. What had arrived is in the error as partial.' },
  )
}

/** The typed error for what a host said inside an answer with a status of success. */
export function hostError(details: ErrorDetails, context: CallContext): LLMError {
  return apiError(details, errorContext(context))
}

/** The typed error for whatever a call threw: ours pass, an abort is told from a deadline, the rest is the network's. */
export function callError(error: unknown, context: CallContext): LLMError {
  // A step that was aborted says so; whether the deadline did it is known here.
  if (LLMError.is(error) && !(context.deadline.expired && error.code === 'aborted')) return error
  if (context.deadline.expired) {
    return new TimeoutError({
      message: `${context.provider}: the call took longer than ${String(context.timeout)} ms.`,
      hint: 'Raise timeout, or ask for less.',
      timer: 'total',
      provider: context.provider,
      model: context.model,
      requestId: context.requestId,
    })
  }
  if (context.signal?.aborted === true) {
    return new AbortedError({ message: 'The call was aborted by its signal.', cause: context.signal.reason })
  }
  if (error instanceof BodyTooLargeError) return malformed(`${error.message}.`, context)
  return networkError(error, context)
}

function errorContext({ provider, model, requestId, transport }: CallContext): Parameters<typeof apiError>[1] {
  return { provider, model, requestId, secrets: transport.secrets?.() }
}

async function responseError(response: Response, context: CallContext): Promise<LLMError> {
  const { status, headers } = response
  const text = await readText(response, ERROR_BODY_LIMIT).catch(() => '')
  const body = tryParseJson(text)
  const details = body === undefined ? {} : readDetails(body, response, context)
  return apiError(
    { ...details, message: details.message || describeResponse(response, text) },
    { ...errorContext(context), status, retryAfterMs: retryAfterMs(headers) },
  )
}

/** A body of a form that its host never showed before must not hide the status. */
function readDetails(body: unknown, response: Response, { transport }: CallContext): ErrorDetails {
  try {
    return transport.readError(body, response)
  } catch {
    return {}
  }
}

function networkError(error: unknown, context: CallContext): LLMError {
  const chain = causes(error)
  const code = chain.map(cause => (cause as { code?: unknown }).code).find(value => typeof value === 'string')
  const message = chain.map(cause => cause.message).join(': ') || String(error)
  const where = { ...errorContext(context), cause: error }
  if (code !== undefined && /TIMEOUT|TIMEDOUT/.test(code)) {
    return new TimeoutError({
      ...where,
      message: `${context.provider}: ${message}`,
      hint: 'Check the network, the proxy and the base URL, or try again.',
      timer: 'connect',
    })
  }
  return apiError({ kind: 'connection', message, code }, where)
}

function causes(error: unknown): readonly Error[] {
  const chain: Error[] = []
  for (let current = error; current instanceof Error && chain.length < 4; current = current.cause) chain.push(current)
  return chain
}

const EXCERPT = 200

/** What a response that is no answer looks like, in a sentence. */
function describeResponse({ status, headers }: Response, text: string): string {
  if (status >= 300 && status < 400) return `it redirects to ${hostOf(headers.get('location'))}, which is not followed.`
  return describeBody(text, headers.get('content-type'))
}

function hostOf(location: string | null): string {
  return location !== null && URL.canParse(location) ? new URL(location).host : 'another address'
}

/** What a body looks like that says nothing of itself, in a sentence. */
function describeBody(text: string, contentType: string | null): string {
  const trimmed = text.trim()
  if (trimmed === '') return 'the body is empty.'
  if (/^<(?:!doctype|html|\?xml|head|body)/i.test(trimmed)) {
    const title = /<title>([^<]*)<\/title>/i.exec(trimmed)?.[1]?.trim()
    return `the answer is an HTML page${title === undefined ? '' : ` (${title})`}, not of the API.`
  }
  if (tryParseJson(trimmed) !== undefined) return trimmed.slice(0, EXCERPT)
  if (/^[[{]/.test(trimmed)) return 'the body is JSON that was cut short or is broken.'
  return `the body is not JSON (${contentType ?? 'no content type'}): ${trimmed.slice(0, EXCERPT)}`
}

/** A response's headers as data, without its cookies. */
export function headerRecord(headers: Headers): Record<string, string> {
  const record: Record<string, string> = {}
  headers.forEach((value, name) => {
    if (name !== 'set-cookie') record[name] = value
  })
  return record
}
