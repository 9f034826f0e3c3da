import type { BudgetStore, LLMError } from '@llm/core'
import type { RequestDetail, RequestRecord } from './record.ts'
import type { ListOptions, UsageGroup, UsageOptions } from './repository.ts'

/** A page, checked: where it begins, how long it is, and which way it goes. */
export interface PageQuery extends Omit<ListOptions, 'limit' | 'first'> {
  readonly limit: number
  readonly first: 'newest' | 'oldest'
}

/**
 * Where a {@link Store} keeps its rows. What is not here (batches, waiting, paging, checks, export) is written once for all.
 * Methods may throw anything: the store makes its errors of it.
 */
export interface StoreBackend {
  /** Connects, and makes or brings up to date what is needed. Called once, before everything else. */
  open(): Promise<void>
  /** Writes all of them or none. A record replaces the one with its id. */
  write(records: readonly RequestDetail[]): Promise<void>
  /** Sets `seenAt` of those that are still under way. */
  touch(ids: readonly string[], seenAt: Date): Promise<void>
  /** Marks as interrupted what is under way and was last seen before then. */
  interrupt(before: Date): Promise<void>
  find(id: string): Promise<RequestDetail | undefined>
  /** By id, which is the order of time, from behind the cursor on. */
  page(query: PageQuery): Promise<readonly RequestRecord[]>
  /** One group a combination of values and bucket that occurs, in any order. */
  usage(options: UsageOptions): Promise<readonly UsageGroup[]>
  /** Deletes what started before then, and says how many requests that were. */
  deleteBefore(date: Date): Promise<number>
  /** Budgets, where it can keep them: each of their steps must be one that no other process can come between. */
  readonly budgets?: BudgetStore
  /** What an error that it threw means, and what to do about it, where it knows. */
  explain?(error: unknown): LLMError | undefined
  close(): Promise<void>
}
