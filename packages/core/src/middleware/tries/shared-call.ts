import type { CallOptions } from '../../call-options.ts'
import type { Clock } from '../../clock.ts'
import type { Attempt } from '../../completion.ts'
import { attachAttempts, LLMError } from '../../errors/llm-error.ts'
import type { Usage } from '../../usage.ts'

/** Told of every try when it has ended, with the error that ended it. */
export type AttemptListener = (attempt: Attempt, error: LLMError | undefined) => void

/** What all layers around one call have in common, in whatever order they stand. */
export interface SharedCall {
  readonly startedAt: number
  /** When the request's own `timeout` ends. */
  readonly endsAt: number
  readonly attempts: Attempt[]
  readonly listeners: AttemptListener[]
  /** No try begins when there were this many. */
  limit: number
  /** No try begins after this time. */
  lastStart: number
  /** How many tries are kept for backups. */
  reserved: number
  /** How soon one of several endpoints that have failed may be asked again, in milliseconds. */
  soonestMs: number | undefined
}

/** The requests of all operations, as far as these layers read them. */
export type TryRequest = CallOptions & { readonly model?: string | undefined }

/**
 * A request carries its call under a symbol: a copy of the request has it too, and neither JSON nor the validation of
 * requests sees it. It is a registered one, so that two copies of this package agree.
 */
const CALL = Symbol.for('@llm/core/call')

/** A layer's part in a call. */
export interface JoinedCall {
  readonly call: SharedCall
  /** It is the outermost: the one that tells of the tries. */
  readonly owned: boolean
}

/** The call that a request belongs to; a new one, where no layer further out has begun it. */
export function joinCall(request: TryRequest | undefined, clock: Clock): JoinedCall {
  const carried = carriedBy(request)
  if (carried !== undefined) return { call: carried, owned: false }
  const startedAt = clock.now()
  const endsAt = startedAt + (request?.timeout ?? Infinity)
  const limits = { limit: Infinity, lastStart: Infinity, reserved: 0, soonestMs: undefined }
  return { call: { startedAt, endsAt, attempts: [], listeners: [], ...limits }, owned: true }
}

/** The request of one try: it carries the call, and may take what is left of its time. */
export function requestOfTry(request: TryRequest | undefined, { call, clock }: TryContext): TryRequest {
  if (call.endsAt === Infinity && carriedBy(request) === call) return request as TryRequest
  const timeout = call.endsAt === Infinity ? {} : { timeout: Math.max(call.endsAt - clock.now(), 1) }
  return Object.assign({}, request, timeout, { [CALL]: call })
}

function carriedBy(request: TryRequest | undefined): SharedCall | undefined {
  return (request as { readonly [CALL]?: SharedCall } | undefined)?.[CALL]
}

/** Whether one more try may begin at a time. `reserved` tries are left for others. */
export function mayTry(call: SharedCall, at: number, reserved: number = 0): boolean {
  return call.attempts.length + reserved < call.limit && at <= call.lastStart && at < call.endsAt
}

/** How long an error asks to wait, in milliseconds; of several endpoints, the one that asks for the least. */
export function waitAskedFor(call: SharedCall, error: LLMError): number | undefined {
  const { soonestMs } = call
  call.soonestMs = undefined
  return soonestMs ?? (error as { retryAfterMs?: number }).retryAfterMs
}

/** The answer as the outermost layer gives it. Only completions say how they came about. */
export function answerOf<T>({ call, owned }: JoinedCall, answer: T): T {
  const tells = owned && typeof answer === 'object' && answer !== null && 'attempts' in answer
  return tells ? { ...answer, attempts: [...call.attempts] } : answer
}

/** The error as the outermost layer gives it. */
export function errorOf<E>({ call, owned }: JoinedCall, error: E): E {
  if (owned && LLMError.is(error)) attachAttempts(error, call.attempts)
  return error
}

/** A call, and the clock of the layer that tries it. */
export interface TryContext {
  readonly call: SharedCall
  readonly clock: Clock
}

/** A try under way. */
export interface StartedTry extends TryContext {
  /** How many tries were listed before it. */
  readonly before: number
  readonly startedAt: number
  readonly provider: string
  readonly model: string
}

/** Begins a try. */
export function startTry({ call, clock }: TryContext, provider: string, request: TryRequest): StartedTry {
  return { call, clock, before: call.attempts.length, startedAt: clock.now(), provider, model: request.model ?? '' }
}

/** How a try ended: what is known of its answer, and its error. */
export interface TryOutcome {
  readonly answer?: unknown
  readonly error?: unknown
}

/** Lists a try that has ended, unless a layer further in has listed those that it was made of. */
export function endTry(started: StartedTry, { answer, error }: TryOutcome): void {
  const { call, clock, before, startedAt, provider, model } = started
  if (call.attempts.length > before) return
  const typed = LLMError.is(error) ? error : undefined
  const from = (answer ?? typed ?? {}) as { provider?: string; model?: string; usage?: Usage }
  const usage = knownUsage(from.usage ?? typed?.partial?.usage)
  const interrupted = (answer as { interrupted?: true } | undefined)?.interrupted === true
  const code = typed?.code ?? (interrupted || error !== undefined ? 'aborted' : undefined)
  const attempt: Attempt = {
    provider: from.provider || provider,
    model: from.model || model,
    ms: clock.now() - startedAt,
    ...(code === undefined ? {} : { error: code }),
    ...(usage === undefined ? {} : { usage }),
  }
  call.attempts.push(attempt)
  for (const listener of call.listeners) listener(attempt, typed)
}

/** An answer that broke off before the host counted has no usage, rather than one of nothing. */
function knownUsage(usage: Usage | undefined): Usage | undefined {
  return usage !== undefined && Object.keys(usage).some(key => key.endsWith('Tokens')) ? usage : undefined
}
