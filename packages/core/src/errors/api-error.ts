import { redact } from '../http/redact.ts'
import type { APICallError, APICallErrorOptions } from './api-call-error.ts'
import { AuthenticationError } from './authentication-error.ts'
import { ConnectionError } from './connection-error.ts'
import { ContentFilterError } from './content-filter-error.ts'
import { ContextLengthError } from './context-length-error.ts'
import { InvalidRequestError } from './invalid-request-error.ts'
import { MalformedResponseError } from './malformed-response-error.ts'
import { NotFoundError } from './not-found-error.ts'
import { OverloadedError } from './overloaded-error.ts'
import { PermissionDeniedError } from './permission-denied-error.ts'
import { QuotaExceededError } from './quota-exceeded-error.ts'
import { RateLimitError } from './rate-limit-error.ts'
import { ServerError } from './server-error.ts'
import { TimeoutError } from './timeout-error.ts'

/** The ways in which a call to a host fails. */
export type ErrorKind =
  | 'authentication'
  | 'permission-denied'
  | 'not-found'
  | 'invalid-request'
  | 'context-length'
  | 'content-filter'
  | 'rate-limit'
  | 'quota-exceeded'
  | 'overloaded'
  | 'server'
  | 'timeout'
  | 'connection'
  | 'malformed-response'

interface Kind {
  readonly make: (options: APICallErrorOptions) => APICallError
  readonly retryable: boolean
  readonly hint: string
}

/** Of each: its class, whether the same call may succeed later, and what to do about it. */
const KINDS: Readonly<Record<ErrorKind, Kind>> = {
  authentication: {
    make: options => new AuthenticationError(options),
    retryable: false,
    hint: 'Check that the API key is set, whole, and of this provider.',
  },
  'permission-denied': {
    make: options => new PermissionDeniedError(options),
    retryable: false,
    hint: 'Check what the key may use: its project, region, and access to this model.',
  },
  'not-found': {
    make: options => new NotFoundError(options),
    retryable: false,
    hint: 'Check the model or deployment name and the base URL.',
  },
  'invalid-request': {
    make: options => new InvalidRequestError(options),
    retryable: false,
    hint: 'Change the request as the message says.',
  },
  'context-length': {
    make: options => new ContextLengthError(options),
    retryable: false,
    hint: 'Shorten the conversation, lower maxTokens, or use a model with a larger context window.',
  },
  'content-filter': {
    make: options => new ContentFilterError(options),
    retryable: false,
    hint: "Change the content, or the filter's settings at the provider.",
  },
  'rate-limit': {
    make: options => new RateLimitError(options),
    retryable: true,
    hint: 'Wait (retryAfterMs, where given), send less at once, or use another provider.',
  },
  'quota-exceeded': {
    make: options => new QuotaExceededError(options),
    retryable: false,
    hint: "Add credit or raise the quota in the provider's console, or use another provider.",
  },
  overloaded: {
    make: options => new OverloadedError(options),
    retryable: true,
    hint: 'Try again, or fail over to another provider.',
  },
  server: {
    make: options => new ServerError(options),
    retryable: true,
    hint: 'Try again, or fail over to another provider.',
  },
  timeout: {
    make: options => new TimeoutError({ ...options, timer: 'host' }),
    retryable: true,
    hint: 'Try again, ask for less, or stream.',
  },
  connection: {
    make: options => new ConnectionError(options),
    retryable: true,
    hint: 'Check the network and the base URL; try again.',
  },
  'malformed-response': {
    make: options => new MalformedResponseError(options),
    retryable: false,
    hint: 'Check that the base URL points at an API of this kind, and at its right path.',
  },
}

type CodeOf<K extends string> = K extends `${infer Head}-${infer Tail}` ? `${Head}_${Tail}` : K

/** The `code` of an error that a call to a host ended with. */
export type CallErrorCode = CodeOf<ErrorKind>

/** Every {@link CallErrorCode}. */
export const CALL_ERROR_CODES: readonly CallErrorCode[] = (Object.keys(KINDS) as ErrorKind[]).map(
  kind => kind.replace('-', '_') as CallErrorCode,
)

/** What a host's error body says, read by the provider; which class it becomes is decided here. */
export interface ErrorDetails {
  readonly message?: string | undefined
  /** Set only where the body knows better than the status. */
  readonly kind?: ErrorKind | undefined
  /** The host's own code or type for the error. */
  readonly code?: string | undefined
  readonly parameter?: string | undefined
  readonly retryAfterMs?: number | undefined
  /** The status that an error inside a 200 stands for. */
  readonly status?: number | undefined
}

/** Where an error happened. */
export interface ErrorContext {
  readonly provider: string
  readonly model?: string | undefined
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly secrets?: readonly (string | undefined)[] | undefined
  readonly cause?: unknown
  readonly hint?: string | undefined
}

const MESSAGE_LENGTH = 1000

/**
 * Makes the typed error for what a host said. This is the one place where a status becomes a class.
 *
 * @example
 * ```ts
 * import { apiError } from '@llm/core'
 *
 * apiError({ message: 'Slow down.' }, { provider: 'some-host', status: 429 }) // RateLimitError
 * ```
 */
export function apiError(details: ErrorDetails, context: ErrorContext): APICallError {
  const status = details.status ?? context.status
  const kind = details.kind ?? kindOfStatus(status)
  const { make, retryable, hint } = KINDS[kind]
  const clean = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : redact(String(text), context.secrets).slice(0, MESSAGE_LENGTH)
  const said = clean(details.message) ?? kind.replaceAll('-', ' ')
  return make({
    message: `${context.provider}${status !== undefined && status >= 300 ? ` answered ${String(status)}` : ''}: ${said}`,
    hint: context.hint ?? hint,
    provider: context.provider,
    model: context.model,
    status,
    requestId: clean(context.requestId),
    vendorCode: clean(details.code),
    parameter: clean(details.parameter),
    retryAfterMs: details.retryAfterMs ?? context.retryAfterMs,
    retryable: retryable || status === 409,
    cause: context.cause,
    secrets: context.secrets,
  })
}

const STATUS_KINDS: Readonly<Record<number, ErrorKind>> = {
  401: 'authentication',
  402: 'quota-exceeded',
  403: 'permission-denied',
  404: 'not-found',
  408: 'timeout',
  429: 'rate-limit',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
}

function kindOfStatus(status: number | undefined): ErrorKind {
  if (status === undefined || status >= 500) return STATUS_KINDS[status ?? 500] ?? 'server'
  if (status < 400) return 'malformed-response'
  return STATUS_KINDS[status] ?? 'invalid-request'
}
