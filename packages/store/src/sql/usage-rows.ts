import { sql, type RawBuilder } from 'kysely'
import type { Durations, TimeBucket, UsageGroup, UsageOptions } from '../repository.ts'
import { COUNTS, RANKS, SUMS, TIMES } from '../usage-totals.ts'
import type { Engine } from './engine.ts'
import { columnName } from './rows.ts'
import { DAY } from './usage-days.ts'

/** 1970 began on a Thursday. */
const FIRST_MONDAY = 4 * DAY

/** When the stretch of time began that a time in a column was in, in milliseconds since 1970. */
export function bucketStart(
  { monthStart }: Engine,
  bucket: TimeBucket,
  column: 'day' | 'started_at',
): RawBuilder<number> {
  const time = sql.ref<number>(column)
  if (bucket === 'month') return monthStart(time)
  const length = sql.lit(bucket === 'hour' ? DAY / 24 : bucket === 'day' ? DAY : 7 * DAY)
  const shift = sql.lit(bucket === 'week' ? FIRST_MONDAY : 0)
  return sql`${time} - (${time} - ${shift}) % ${length}`
}

/** A row of sums: the values that it is of are `k0`, `k1` and so on. */
export type GroupRow = Readonly<Record<string, string | number | null>>

/** What tells a group from others. */
export function keyOf(row: GroupRow): string {
  return JSON.stringify(Object.entries(row).filter(([name]) => /^k\d+$/.test(name)))
}

export function ranksOf(row: GroupRow): Partial<Durations> {
  return Object.fromEntries(Object.keys(RANKS).map(name => [name, Number(row[name])]))
}

interface Grouped extends Pick<UsageOptions, 'bucket'> {
  readonly groupBy: NonNullable<UsageOptions['groupBy']>
  /** In the order of the times. */
  readonly ranks: readonly Partial<Durations>[]
}

/** Sums of whole numbers come as text where the database tells them so. */
export function toGroup(row: GroupRow, { groupBy, bucket, ranks }: Grouped): UsageGroup {
  const counts = Object.fromEntries(COUNTS.map(key => [key, Number(row[columnName(key)])]))
  const sums = SUMS.map(key => [key, row[columnName(key)] ?? null] as const)
  const times = TIMES.flatMap((key, index) => {
    const [count, sum] = [Number(row[`${columnName(key)}_count`]), Number(row[`${columnName(key)}_sum`])]
    return count === 0 ? [] : [[key, { count, mean: sum / count, ...ranks[index] }] as const]
  })
  return {
    group: Object.fromEntries(groupBy.map((name, index) => [name, row[`k${index}`] ?? undefined])),
    ...(bucket === undefined ? {} : { bucket: new Date(Number(row[`k${groupBy.length}`])) }),
    ...(counts as Pick<UsageGroup, (typeof COUNTS)[number]>),
    ...Object.fromEntries(sums.flatMap(([key, value]) => (value === null ? [] : [[key, Number(value)]]))),
    ...Object.fromEntries(times),
  }
}
