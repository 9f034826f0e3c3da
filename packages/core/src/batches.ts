import type { CallOptions } from './call-options.ts'
import type { Completion, CompletionRequest } from './completion.ts'
import type { LLMError } from './errors/llm-error.ts'

/** Where a batch is on its way. */
export interface Batch {
  readonly id: string
  readonly state: 'queued' | 'running' | 'completed' | 'failed' | 'cancelling' | 'cancelled' | 'expired'
  readonly total?: number
  readonly succeeded?: number
  readonly failed?: number
  /** An ISO 8601 date. */
  readonly createdAt?: string
  readonly expiresAt?: string
}

/** What came of one request of a batch. */
export type BatchItem<Result = Completion> =
  { readonly ok: true; readonly value: Result } | { readonly ok: false; readonly error: LLMError }

/** How the results of a batch are read. */
export interface BatchResultsOptions<Request = CompletionRequest> extends CallOptions {
  /**
   * The requests that the batch was made of, in order: with them a structured answer comes as `object`, and what a host's
   * dialect of JSON Schema changed in it is undone. Hosts keep nothing that would tell.
   */
  readonly requests?: readonly Request[] | undefined
}

/** Many requests at once, for less money and within hours: of completions, where nothing else is said. */
export interface BatchClient<Request = CompletionRequest, Result = Completion> {
  create(batch: CallOptions & { readonly requests: readonly Request[] }): Promise<Batch>
  get(id: string, options?: CallOptions): Promise<Batch>
  list(options?: CallOptions): Promise<readonly Batch[]>
  cancel(id: string, options?: CallOptions): Promise<Batch>
  /** One item a request, in the order of the requests. */
  results(id: string, options?: BatchResultsOptions<Request>): Promise<readonly BatchItem<Result>[]>
}
