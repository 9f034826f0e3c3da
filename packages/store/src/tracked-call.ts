import {
  defined,
  isRecord,
  LLMError,
  type Attempt,
  type Completion,
  type CompletionEvent,
  type Cost,
  type ExperimentVariant,
  type ModelSpec,
  type RequestMetadata,
  type Usage,
} from '@llm/core'
import { promptOf, answerOf, renderContent } from './content.ts'
import type { AttemptRecord, RequestDetail, RequestStatus, UsageRecord } from './record.ts'
import { createId, timeOfId } from './request-id.ts'
import type { Store } from './store.ts'
import type { TrackOptions } from './track.ts'

/** What requests of all kinds have in common. */
export interface AnyRequest {
  readonly model?: string | undefined
  readonly spec?: ModelSpec | undefined
  readonly metadata?: RequestMetadata | undefined
}

/** Prices a usage; `costOf` of `@llm/cost` is one. */
export type CostFunction = (
  usage: Usage,
  options: { readonly provider: string; readonly model: string; readonly spec?: ModelSpec; readonly at: Date },
) => Promise<{ readonly cost?: Cost | undefined }>

interface CallContext {
  readonly operation: string
  readonly provider: string
  readonly request: AnyRequest
  readonly store: Store
  readonly options: TrackOptions
}

/** What answers of all kinds have in common with completions. */
type Answer = Partial<Completion>

/** How a call ended. */
interface Outcome {
  readonly status: RequestStatus
  readonly ms: number
  readonly answer?: Answer | undefined
  readonly error?: unknown
}

/**
 * One call on its way into the ledger. While the call runs, only what it needs is noted; the row is made when it is written.
 */
export class TrackedCall {
  #context: CallContext
  #id: string = createId()
  #startedAt: number = performance.now()
  #firstTokenMs: number | undefined
  #prompt: unknown

  constructor(context: CallContext) {
    this.#context = context
    const { request, store, options } = context
    // A list that the caller goes on to fill is another prompt by the time that this one is written.
    if (options.content !== undefined && options.content !== 'omitted') this.#prompt = promptOf(request)
    store.record(this.#id, () => this.#started())
  }

  /** The time to the first content of a stream. */
  see({ type }: CompletionEvent): void {
    if (type !== 'start' && type !== 'usage' && type !== 'finish') this.seeContent()
  }

  seeContent(): void {
    this.#firstTokenMs ??= performance.now() - this.#startedAt
  }

  succeed(answer: unknown): void {
    this.#record({ status: 'success', answer: answerIn(answer) })
  }

  /** The reader has left before the end. */
  leave(answer: unknown): void {
    this.#record({ status: 'aborted', answer: answerIn(answer) })
  }

  fail(error: unknown): void {
    const aborted = LLMError.is(error) && error.code === 'aborted'
    const answer = LLMError.is(error) ? error.partial : undefined
    this.#record({ status: aborted ? 'aborted' : 'error', error, answer })
  }

  /** A stream has ended, in any way. */
  end(completion: Completion, error: LLMError | undefined): void {
    if (error !== undefined) this.fail(error)
    else this.#record({ status: completion.interrupted === true ? 'aborted' : 'success', answer: completion })
  }

  #record(ended: Omit<Outcome, 'ms'>): void {
    const outcome = { ...ended, ms: performance.now() - this.#startedAt }
    let rendered: Promise<RequestDetail> | undefined
    this.#context.store.record(this.#id, () => (rendered ??= this.#ended(outcome)))
  }

  #started(): RequestDetail {
    return { ...this.#base(), status: 'started', seenAt: new Date(), attemptCount: 0, attempts: [] }
  }

  #base(): Pick<RequestDetail, 'id' | 'startedAt' | 'operation' | 'provider' | 'model'> {
    const { operation, provider, request } = this.#context
    const { model = '', spec, metadata = {} } = request
    const { requestId: callId, userId, projectId, organizationId, tags } = metadata
    const base = { id: this.#id, startedAt: new Date(timeOfId(this.#id)), operation, provider, model }
    return { ...base, ...defined({ callId, family: spec?.family, userId, projectId, organizationId, tags }) }
  }

  async #ended({ status, ms, answer = {}, error }: Outcome): Promise<RequestDetail> {
    const base = this.#base()
    const { options } = this.#context
    const provider = answer.provider || base.provider
    const model = answer.model || base.model
    const used = await this.#priced(answer.usage, { provider, model, cost: answer.cost })
    const experiment = experimentOf(this.#context.request, answer, error)
    const attempts = wasSent(answer, error)
      ? await this.#attempts(triesOf(answer, error), { ...used, provider, model, ms, ...codeOf(error) })
      : []
    return {
      ...base,
      ...used,
      ...errorFields(error),
      ...defined({
        finishReason: error === undefined ? answer.finishReason : undefined,
        cache: answer.cache,
        experiment: experiment?.name,
        variant: experiment?.variant,
        responseId: answer.id === '' ? undefined : answer.id,
        hostRequestId: answer.requestId,
        firstTokenMs: this.#firstTokenMs,
        prompt: renderContent('prompt', this.#prompt, options),
        answer: renderContent('answer', answerOf(answer), options),
      }),
      provider,
      model,
      ms,
      status,
      attemptCount: attempts.length,
      attempts,
    }
  }

  /** One row a try: those that the middleware below tells of, else the call is the one. */
  async #attempts(
    tries: readonly Attempt[],
    call: Omit<AttemptRecord, 'requestId' | 'position'>,
  ): Promise<readonly AttemptRecord[]> {
    if (tries.length === 0) return [{ ...call, requestId: this.#id, position: 0 }]
    return Promise.all(
      tries.map(async ({ provider, model, ms, error, usage }, position) => {
        // The last try is the one whose answer was priced.
        const isAnswer = position === tries.length - 1 && error === undefined
        const cost = isAnswer && call.cost !== undefined && call.costSource !== undefined
        const known = cost ? { total: call.cost, source: call.costSource } : undefined
        const used = await this.#priced(usage, { provider, model, cost: known })
        return { ...used, ...defined({ errorCode: error }), requestId: this.#id, position, provider, model, ms }
      }),
    )
  }

  async #priced(
    usage: Usage | undefined,
    call: { provider: string; model: string; cost: Cost | undefined },
  ): Promise<UsageRecord> {
    if (usage === undefined) return {}
    const { raw: _raw, source, ...counts } = usage
    if (Object.keys(counts).length === 0) return {}
    const { spec } = this.#context.request
    const { provider, model } = call
    const options = { provider, model, at: new Date(timeOfId(this.#id)), ...(spec === undefined ? {} : { spec }) }
    // A price that cannot be found must not cost the row.
    const price = async (): Promise<Cost | undefined> => (await this.#context.options.cost?.(usage, options))?.cost
    const cost = call.cost ?? (await price().catch(() => undefined))
    return { ...counts, usageSource: source, ...defined({ cost: cost?.total, costSource: cost?.source }) }
  }
}

/** What came of a call, or the last piece of a stream of pieces. */
function answerIn(answer: unknown): Answer | undefined {
  if (!isRecord(answer)) return undefined
  return isRecord(answer.transcription) ? answer.transcription : answer
}

/** Refused before anything is sent. */
const REFUSALS = ['budget_exceeded', 'configuration', 'validation', 'unsupported_operation', 'unsupported_provider']

/** Whether a host was called: not where a cache had the answer, and not where the call was refused on its way. */
function wasSent(answer: Answer, error: unknown): boolean {
  if (answer.cache === 'hit') return false
  return !LLMError.is(error) || !REFUSALS.includes(error.code) || triesOf(answer, error).length > 0
}

function triesOf(answer: Answer, error: unknown): readonly Attempt[] {
  return (LLMError.is(error) ? error.attempts : undefined) ?? answer.attempts ?? []
}

/** A test further in tells of it with the answer or the error, one further out with the request. */
function experimentOf({ metadata }: AnyRequest, answer: Answer, error: unknown): ExperimentVariant | undefined {
  return answer.experiment ?? (LLMError.is(error) ? error.experiment : undefined) ?? metadata?.experiment
}

function codeOf(error: unknown): { errorCode?: string } {
  if (error === undefined) return {}
  return { errorCode: LLMError.is(error) ? error.code : 'unknown' }
}

function errorFields(error: unknown): Partial<RequestDetail> {
  if (error === undefined) return {}
  // Only errors of this library are known to be free of keys and prompts.
  if (!LLMError.is(error)) return { errorCode: 'unknown', ...(error instanceof Error ? { errorName: error.name } : {}) }
  const { code, name, message } = error
  return { errorCode: code, errorName: name, errorMessage: message, ...defined({ httpStatus: statusOf(error) }) }
}

function statusOf(error: LLMError): number | undefined {
  return 'status' in error && typeof error.status === 'number' ? error.status : undefined
}
