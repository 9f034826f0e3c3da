import type { PageQuery, StoreBackend } from '../backend.ts'
import type { RequestDetail, RequestRecord } from '../record.ts'
import type { RequestFilter, UsageGroup, UsageOptions } from '../repository.ts'
import { MemoryBudgets } from './memory-budgets.ts'
import { memoryUsage } from './memory-usage.ts'

/** Rows in an object of the process. */
export class MemoryBackend implements StoreBackend {
  readonly budgets: MemoryBudgets = new MemoryBudgets()
  #records: Map<string, RequestDetail> = new Map()

  async open(): Promise<void> {
    // There is nothing to connect to.
  }

  async write(records: readonly RequestDetail[]): Promise<void> {
    for (const record of records) {
      const status = this.#records.get(record.id)?.status
      if (status === undefined || status === 'started' || status === 'interrupted') this.#records.set(record.id, record)
    }
  }

  async touch(ids: readonly string[], seenAt: Date): Promise<void> {
    for (const id of ids) this.#change(id, { seenAt })
  }

  async interrupt(before: Date): Promise<void> {
    for (const { id, seenAt } of this.#records.values()) {
      if (seenAt !== undefined && seenAt < before) this.#change(id, { status: 'interrupted' })
    }
  }

  async find(id: string): Promise<RequestDetail | undefined> {
    return this.#records.get(id) ?? [...this.#records.values()].findLast(({ callId }) => callId === id)
  }

  async page({ limit, cursor, first, content = false, ...filter }: PageQuery): Promise<readonly RequestRecord[]> {
    const sign = first === 'oldest' ? 1 : -1
    return this.#matching(filter)
      .filter(({ id }) => cursor === undefined || sign * compare(id, cursor) > 0)
      .sort((a, b) => sign * compare(a.id, b.id))
      .slice(0, limit)
      .map(({ attempts: _attempts, prompt, answer, ...record }) => ({
        ...record,
        ...(content && prompt !== undefined ? { prompt } : {}),
        ...(content && answer !== undefined ? { answer } : {}),
      }))
  }

  async usage({ groupBy = [], bucket, percentiles = false, ...filter }: UsageOptions): Promise<readonly UsageGroup[]> {
    return memoryUsage(this.#matching(filter), { groupBy, bucket, percentiles })
  }

  async deleteBefore(date: Date): Promise<number> {
    const old = this.#matching({ until: date })
    for (const { id } of old) this.#records.delete(id)
    return old.length
  }

  async close(): Promise<void> {
    this.#records.clear()
  }

  #change(id: string, change: Partial<RequestDetail>): void {
    const record = this.#records.get(id)
    if (record?.status === 'started') this.#records.set(id, { ...record, ...change })
  }

  #matching(filter: RequestFilter): RequestDetail[] {
    const { since, until, tag, ...equal } = filter
    return [...this.#records.values()].filter(
      record =>
        (since === undefined || record.startedAt >= since) &&
        (until === undefined || record.startedAt < until) &&
        (tag === undefined || record.tags?.includes(tag) === true) &&
        Object.entries(equal).every(
          ([key, value]) => value === undefined || record[key as keyof typeof equal] === value,
        ),
    )
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
