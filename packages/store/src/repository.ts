import type { RequestDetail, RequestRecord, RequestStatus } from './record.ts'

/** Which requests. Fields are combined: a request must fit them all. */
export interface RequestFilter {
  readonly userId?: string | undefined
  readonly projectId?: string | undefined
  readonly organizationId?: string | undefined
  readonly provider?: string | undefined
  readonly model?: string | undefined
  readonly family?: string | undefined
  readonly operation?: string | undefined
  readonly status?: RequestStatus | undefined
  readonly errorCode?: string | undefined
  readonly finishReason?: string | undefined
  readonly cache?: 'hit' | 'miss' | undefined
  readonly experiment?: string | undefined
  readonly variant?: string | undefined
  /** The caller's own id, `metadata.requestId`. */
  readonly callId?: string | undefined
  readonly tag?: string | undefined
  /** Started then or later. */
  readonly since?: Date | undefined
  /** Started before then. */
  readonly until?: Date | undefined
}

/** Which requests, and how many of them. */
export interface ListOptions extends RequestFilter {
  /**
   * How many a page: from 1 to 1,000.
   *
   * @default 50
   */
  readonly limit?: number | undefined
  /** Where the page begins: the {@link RequestPage.nextCursor} of the page before. */
  readonly cursor?: string | undefined
  /** @default 'newest' */
  readonly first?: 'newest' | 'oldest' | undefined
  /** With prompts and answers, which are left out of lists otherwise. */
  readonly content?: boolean | undefined
}

/** Some requests, in order of time. */
export interface RequestPage {
  readonly items: readonly RequestRecord[]
  /** Where the next page begins; absent on the last one. */
  readonly nextCursor?: string
}

/** What usage can be grouped by. A request with several tags counts in the group of each. */
export type Dimension =
  | 'provider'
  | 'model'
  | 'family'
  | 'operation'
  | 'status'
  | 'errorCode'
  | 'finishReason'
  | 'cache'
  | 'experiment'
  | 'variant'
  | 'userId'
  | 'projectId'
  | 'organizationId'
  | 'tag'

/** A length of time to group by, in UTC. Weeks begin on Monday. */
export type TimeBucket = 'hour' | 'day' | 'week' | 'month'

/** What to sum up, and how. */
export interface UsageOptions extends RequestFilter {
  /** Defaults to nothing: the total alone. */
  readonly groupBy?: readonly Dimension[] | undefined
  readonly bucket?: TimeBucket | undefined
  /** Also work out the percentiles of the times, which takes a few times as long. */
  readonly percentiles?: boolean | undefined
}

/** How long requests took, in milliseconds. */
export interface Durations {
  /** Of how many requests this is known. */
  readonly count: number
  readonly mean: number
  /** Of the nearest rank; only where `percentiles` was asked for. */
  readonly p50?: number
  readonly p95?: number
  readonly p99?: number
}

/** What some requests used together. A sum of which no part is known is absent. */
export interface UsageTotals {
  /** All that were begun in the time asked for. */
  readonly requests: number
  readonly successes: number
  readonly errors: number
  readonly aborted: number
  /** Whose process died. */
  readonly interrupted: number
  readonly cacheHits: number
  /** Every try at them, at any host. */
  readonly attempts: number
  /** As in a usage: totals first, then parts of them. Those of cache hits are in no sum. */
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly totalTokens?: number
  readonly cacheReadTokens?: number
  readonly cacheWriteTokens?: number
  readonly reasoningTokens?: number
  /** In US dollars: what is known of it. */
  readonly cost?: number
  /** How many requests succeeded at a cost that is not known. */
  readonly unpriced: number
  readonly ms?: Durations
  readonly firstTokenMs?: Durations
}

/** The sums of one group. */
export interface UsageGroup extends UsageTotals {
  /** What its requests have in common; a dimension that they do not have is `undefined`. */
  readonly group: Readonly<Partial<Record<Dimension, string | undefined>>>
  /** When its stretch of time begins. */
  readonly bucket?: Date
}

/** Sums by group, in order of time and then of the group's values, and over all. */
export interface UsageReport {
  readonly groups: readonly UsageGroup[]
  readonly total: UsageTotals
}

/** How to write down requests. */
export interface ExportOptions extends RequestFilter {
  /** JSON lines, or comma-separated values as in RFC 4180. */
  readonly format: 'jsonl' | 'csv'
  /** With prompts and answers. */
  readonly content?: boolean | undefined
}

/**
 * The questions that the ledger answers.
 *
 * @example
 * ```ts
 * import { createStore } from '@llm/store'
 *
 * const { requests } = createStore()
 * const { items, nextCursor } = await requests.byUserId('ada', { limit: 20 })
 * const { groups } = await requests.usage({ groupBy: ['model'], bucket: 'day' })
 * ```
 */
export interface RequestRepository {
  /** A request with its attempts, prompt and answer; of those with this `callId` the last, where no id is this one. */
  byId(id: string): Promise<RequestDetail | undefined>
  byUserId(userId: string, options?: ListOptions): Promise<RequestPage>
  byProjectId(projectId: string, options?: ListOptions): Promise<RequestPage>
  byOrganizationId(organizationId: string, options?: ListOptions): Promise<RequestPage>
  list(options?: ListOptions): Promise<RequestPage>
  usage(options?: UsageOptions): Promise<UsageReport>
  /** Deletes what started before then, attempts included. Returns how many requests that were. */
  deleteOlderThan(date: Date): Promise<number>
  /** The oldest first, some lines at a time. */
  export(options: ExportOptions): AsyncIterable<string>
}
