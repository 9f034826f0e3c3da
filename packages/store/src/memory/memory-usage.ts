import type { RequestDetail, RequestRecord } from '../record.ts'
import type { Dimension, Durations, TimeBucket, UsageGroup } from '../repository.ts'
import { RANKS, SUMS, TIMES } from '../usage-totals.ts'

interface Grouping {
  readonly groupBy: readonly Dimension[]
  readonly bucket: TimeBucket | undefined
  readonly percentiles: boolean
}

interface Members {
  readonly key: Pick<UsageGroup, 'group' | 'bucket'>
  readonly members: RequestRecord[]
}

/** Groups and sums in memory, as the database does it. */
export function memoryUsage(records: readonly RequestDetail[], grouping: Grouping): UsageGroup[] {
  const { groupBy, bucket, percentiles } = grouping
  const groups = new Map<string, Members>()
  for (const record of records) {
    for (const tag of groupBy.includes('tag') ? (record.tags ?? []) : [undefined]) {
      const values = groupBy.map(name => (name === 'tag' ? tag : record[name]))
      const start = bucket === undefined ? undefined : bucketStart(bucket, record.startedAt)
      const id = JSON.stringify([start, ...values.map(value => value ?? null)])
      const group = Object.fromEntries(groupBy.map((name, index) => [name, values[index]]))
      const key = { group, ...(start === undefined ? {} : { bucket: start }) }
      const entry: Members = groups.get(id) ?? { key, members: [] }
      entry.members.push(record)
      groups.set(id, entry)
    }
  }
  return [...groups.values()].map(({ key, members }) => ({ ...key, ...sums(members), ...times(members, percentiles) }))
}

function sums(members: readonly RequestRecord[]): Omit<UsageGroup, 'group' | 'bucket'> {
  const count = (test: (record: RequestRecord) => boolean): number => members.filter(test).length
  // What a cache answered took tokens when it was made, and none now.
  const asked = members.filter(({ cache }) => cache !== 'hit')
  const known = SUMS.map(key => [key, asked.flatMap(record => record[key] ?? [])] as const)
  return {
    requests: members.length,
    successes: count(({ status }) => status === 'success'),
    errors: count(({ status }) => status === 'error'),
    aborted: count(({ status }) => status === 'aborted'),
    interrupted: count(({ status }) => status === 'interrupted'),
    cacheHits: count(({ cache }) => cache === 'hit'),
    attempts: members.reduce((sum, { attemptCount }) => sum + attemptCount, 0),
    unpriced: count(({ status, cost }) => status === 'success' && cost === undefined),
    ...Object.fromEntries(known.filter(([, values]) => values.length > 0).map(([key, values]) => [key, total(values)])),
  }
}

function times(
  members: readonly RequestRecord[],
  percentiles: boolean,
): Partial<Record<(typeof TIMES)[number], Durations>> {
  return Object.fromEntries(
    TIMES.flatMap(key => {
      const values = members.flatMap(record => record[key] ?? []).sort((a, b) => a - b)
      if (values.length === 0) return []
      const count = values.length
      return [[key, { count, mean: total(values) / count, ...(percentiles ? ranks(values) : {}) }]]
    }),
  )
}

/** The nearest rank: the first value that so large a part of all is not above. */
function ranks(sorted: readonly number[]): Partial<Durations> {
  const at = (part: number): number | undefined => sorted[Math.ceil(part * sorted.length) - 1]
  return Object.fromEntries(Object.entries(RANKS).map(([name, part]) => [name, at(part)]))
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function bucketStart(bucket: TimeBucket, time: Date): Date {
  const start = new Date(time)
  start.setUTCMinutes(0, 0, 0)
  if (bucket === 'hour') return start
  start.setUTCHours(0)
  if (bucket === 'month') start.setUTCDate(1)
  if (bucket === 'week') start.setUTCDate(start.getUTCDate() - ((start.getUTCDay() + 6) % 7))
  return start
}
