import type { LLMError } from '@llm/core'
import {
  apiError,
  checkSettings,
  ConfigurationError,
  type ErrorContext,
  type ErrorKind,
  type SettingsSpec,
} from '@llm/core'
import type { Reply } from './mock-reply.ts'

/** The class of one of core's errors, or of one derived from them. */
export type ErrorClass = typeof LLMError | (new (options: never) => LLMError)

/** What fails: a kind of error, an HTTP status, a class of error, or an error itself. */
export type FailureCause = ErrorKind | number | ErrorClass | LLMError

/** When a failure comes, and what it says. */
export interface FailOptions {
  /**
   * `start`: before anything of the answer. `middle`: after half of its tokens. A number: after so many tokens. What had
   * arrived is in the error as `partial`. Defaults to `start`.
   */
  readonly at?: 'start' | 'middle' | number | undefined
  /** The answer that is broken off. Defaults to the mock's own, an echo. */
  readonly reply?: Reply | undefined
  /** How long the host asks to wait before the next try, in milliseconds. */
  readonly retryAfterMs?: number | undefined
  /** What the host says. Defaults to the kind of error. */
  readonly message?: string | undefined
  /** The host's own code for the error. */
  readonly vendorCode?: string | undefined
  /** How long it takes to fail, in milliseconds. Defaults to 0. */
  readonly delayMs?: number | undefined
}

/** An answer that fails. Made by {@link fail}, {@link stall} and {@link disconnect}. */
export interface Failure {
  readonly type: 'failure'
  readonly at: 'start' | 'middle' | number
  readonly reply?: Reply | undefined
  readonly delayMs: number
  /** The error to throw; without it nothing ever comes again. */
  readonly error?: ((where: ErrorContext) => LLMError) | undefined
}

/** Every kind of error with the status that hosts send it with. A connection that fails has none. */
const STATUS: Readonly<Record<ErrorKind, number | undefined>> = {
  authentication: 401,
  'permission-denied': 403,
  'not-found': 404,
  'invalid-request': 400,
  'context-length': 400,
  'content-filter': 400,
  'rate-limit': 429,
  'quota-exceeded': 402,
  overloaded: 503,
  server: 500,
  timeout: 504,
  connection: undefined,
  'malformed-response': 200,
}

const SPEC: SettingsSpec<FailOptions> = {
  at: { type: 'string' },
  reply: { type: 'record' },
  retryAfterMs: { type: 'number' },
  message: { type: 'string' },
  vendorCode: { type: 'string' },
  delayMs: { type: 'number' },
}

/**
 * A reply that is an error: of every class there is, before the answer or in its middle.
 *
 * @throws {@link ConfigurationError} for a kind that does not exist or an unknown option.
 * @example
 * ```ts
 * import { OverloadedError } from '@llm/core'
 * import { fail, mock } from '@llm/provider-mock'
 *
 * mock({
 *   replies: [
 *     fail('rate-limit', { retryAfterMs: 2000 }),
 *     fail(503),
 *     fail(OverloadedError, { at: 'middle', reply: 'Half of this arrives.' }),
 *     'And then it works.',
 *   ],
 * })
 * ```
 */
export function fail(cause: FailureCause, options: FailOptions = {}): Failure {
  const { message, retryAfterMs, vendorCode } = options
  const details = { message, retryAfterMs, code: vendorCode }
  const kind = typeof cause === 'function' ? kindOf(cause) : cause
  if (typeof kind === 'string' && !(kind in STATUS)) {
    throw new ConfigurationError({
      message: `There is no kind of error ${JSON.stringify(kind)}.`,
      hint: `There are: ${Object.keys(STATUS).join(', ')}. Other errors are given by their class.`,
    })
  }
  return failure(options, where => {
    if (typeof kind === 'string') return apiError({ ...details, kind }, { ...where, status: STATUS[kind] })
    if (typeof kind === 'number') return apiError(details, { ...where, status: kind })
    return typeof kind === 'function' ? construct(kind, options, where) : kind
  })
}

/** What {@link stall} and {@link disconnect} take. */
export type StallOptions = Pick<FailOptions, 'at' | 'reply' | 'delayMs'>

/**
 * A reply that stops coming: nothing more arrives until the call is aborted or times out. `at` defaults to `middle`.
 *
 * @example
 * ```ts
 * import { mock, stall } from '@llm/provider-mock'
 *
 * const provider = mock({ replies: [stall({ reply: 'One moment please', at: 1 })] })
 * const stream = provider.stream({ model: 'any', messages: [{ role: 'user', content: 'hi' }], timeout: 1000 })
 * // yields 'One', and throws a TimeoutError after a second
 * ```
 */
export function stall(options: StallOptions = {}): Failure {
  return failure({ at: 'middle', ...options })
}

/**
 * A reply whose stream ends without its last event, as when a proxy closes the connection: a ConnectionError. `at`
 * defaults to `middle`.
 *
 * @example
 * ```ts
 * import { disconnect, mock } from '@llm/provider-mock'
 *
 * mock({ replies: [disconnect({ reply: 'The answer is', at: 2 }), 'The answer is 42.'] })
 * ```
 */
export function disconnect(options: StallOptions = {}): Failure {
  return fail('connection', { at: 'middle', message: 'the stream ended before the answer was complete.', ...options })
}

function failure(options: FailOptions, error?: Failure['error']): Failure {
  const { at = 'start', reply, delayMs = 0 } = options
  checkSettings('a failure', { ...options, at: typeof at === 'number' ? 'start' : at, reply: undefined }, SPEC)
  if (at !== 'start' && at !== 'middle' && !(typeof at === 'number' && at >= 0)) {
    throw new ConfigurationError({
      message: `A failure cannot come at ${JSON.stringify(at)}.`,
      hint: "Use 'start', 'middle' or a number of tokens.",
    })
  }
  return { type: 'failure', at, reply, delayMs, error }
}

/** The kind that a class of API errors stands for; the class itself where it stands for none. */
function kindOf(errorClass: ErrorClass): ErrorKind | ErrorClass {
  const kinds = Object.keys(STATUS) as ErrorKind[]
  return kinds.find(kind => apiError({ kind }, { provider: '' }).constructor === errorClass) ?? errorClass
}

/** Errors other than those of a host's answer differ in what they need: each takes its own, and ignores the rest. */
function construct(errorClass: ErrorClass, options: FailOptions, where: ErrorContext): LLMError {
  const { message = 'simulated.', retryAfterMs, vendorCode } = options
  const fields = { retryAfterMs, vendorCode, text: '', issues: [] }
  const made = {
    ...where,
    ...fields,
    message: `${where.provider}: ${message}`,
    hint: 'The mock was told to fail like this.',
  }
  return new (errorClass as new (options: object) => LLMError)(made)
}

/** Tells a failure from other replies. */
export function isFailure(reply: unknown): reply is Failure {
  return typeof reply === 'object' && reply !== null && (reply as { type?: unknown }).type === 'failure'
}
