import type { Cost, FinishReason, Usage } from '@llm/core'

/**
 * What became of a request. `started` is under way; `interrupted` was under way when its process died; `aborted` was ended
 * by the caller.
 */
export type RequestStatus = 'started' | 'success' | 'error' | 'aborted' | 'interrupted'

/** What a request or one of its attempts used and cost. What the host did not say is absent. */
export interface UsageRecord extends Omit<Usage, 'raw' | 'source'> {
  readonly usageSource?: Usage['source']
  /** In US dollars. */
  readonly cost?: number
  readonly costSource?: Cost['source']
}

/** One request in the ledger. Plain data, and flat: a field is a column. */
export interface RequestRecord extends UsageRecord {
  /** A UUID of version 7: it begins with the time, so that ids are in order of time. */
  readonly id: string
  /** The caller's own id for the call, `metadata.requestId`. A call that asks the host again (tools, repair) has several rows. */
  readonly callId?: string
  /** The provider's method: `complete`, `stream`, `embed` ... */
  readonly operation: string
  readonly startedAt: Date
  readonly status: RequestStatus
  /** The provider that answered; until one has, the one that is called. */
  readonly provider: string
  /** The model, as the host names it. */
  readonly model: string
  readonly family?: string
  /** How long it took, in milliseconds. */
  readonly ms?: number
  /** How long the first content of a stream took, in milliseconds. */
  readonly firstTokenMs?: number
  readonly finishReason?: FinishReason
  /** Whether a response cache answered; absent without one. */
  readonly cache?: 'hit' | 'miss'
  /** How many tries it took; 0 while it is under way, where a cache answered, and where it was refused before it was sent. */
  readonly attemptCount: number
  /** The `code` of the error that ended it. */
  readonly errorCode?: string
  /** The error's class. */
  readonly errorName?: string
  readonly errorMessage?: string
  readonly httpStatus?: number
  readonly userId?: string
  readonly projectId?: string
  readonly organizationId?: string
  readonly tags?: readonly string[]
  /** The A/B test that it was part of, and the variant that answered. */
  readonly experiment?: string
  readonly variant?: string
  /** The host's id for the answer. */
  readonly responseId?: string
  /** The host's id for the HTTP request. */
  readonly hostRequestId?: string
  /** JSON, or `sha256:` and its hash, as {@link TrackOptions.content} says. */
  readonly prompt?: string
  readonly answer?: string
  /** Until when it is known to have been under way. */
  readonly seenAt?: Date
}

/** One try at a request. */
export interface AttemptRecord extends UsageRecord {
  readonly requestId: string
  /** Which try, from 0. */
  readonly position: number
  readonly provider: string
  readonly model: string
  /** How long it took, in milliseconds. */
  readonly ms: number
  /** The `code` of the error that ended it; absent on success. */
  readonly errorCode?: string
}

/** A request and each of its tries. */
export interface RequestDetail extends RequestRecord {
  readonly attempts: readonly AttemptRecord[]
}
