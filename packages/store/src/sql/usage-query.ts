import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely'
import type { Dimension, Durations, RequestFilter, UsageGroup, UsageOptions } from '../repository.ts'
import { RANKS, TIMES } from '../usage-totals.ts'
import type { Engine } from './engine.ts'
import { matches } from './filters.ts'
import { MEASURES } from './measures.ts'
import { columnName, cutName } from './rows.ts'
import { DAY, DAY_KEYS, ENDED, OPEN } from './usage-days.ts'
import { bucketStart, keyOf, ranksOf, toGroup, type GroupRow } from './usage-rows.ts'

type Grouping = Pick<UsageOptions, 'groupBy' | 'bucket'>

/** Groups and sums in the database. */
export async function usageQuery(engine: Engine, options: UsageOptions): Promise<UsageGroup[]> {
  const { groupBy = [], bucket, percentiles = false, ...filter } = options
  const grouping = { groupBy, bucket }
  const count = groupBy.length + (bucket === undefined ? 0 : 1)
  const keys = Array.from({ length: count }, (_, index) => sql.ref<string>(`k${index}`))
  const parts = sql.join(partsOf(engine, grouping, filter), sql` union all `)
  const sums = MEASURES.map(({ name }) => sql`sum(${sql.ref(name)}) as ${sql.ref(name)}`)
  const query = sql<GroupRow>`select ${sql.join([...keys, ...sums])} from (${parts}) as parts ${groupClause(keys)}`
  const { rows } = await query.execute(engine.reader)
  const base = baseOf(engine, grouping)
  const where = matches(filter, engine)
  const ranks = percentiles ? await Promise.all(TIMES.map(time => ranksIn(engine, { base, where, keys, time }))) : []
  return rows
    .filter(({ requests }) => Number(requests) > 0)
    .map(row => toGroup(row, { ...grouping, ranks: ranks.map(found => found.get(keyOf(row)) ?? {}) }))
}

/** Selects that have all requests in common, each once: the sums of whole days, and single requests for the rest. */
function partsOf(engine: Engine, grouping: Grouping, filter: RequestFilter): RawBuilder<unknown>[] {
  const base = baseOf(engine, grouping)
  const requests = (where: Expression<SqlBool>): RawBuilder<unknown> => {
    const measures = MEASURES.map(({ name, of }) => sql`${of} as ${sql.ref(name)}`)
    const ordinals = base.keys.map((_, index) => sql.lit(index + 1))
    return sql`select ${sql.join([...base.keys, ...measures])} from ${base.from} where ${where} ${groupClause(ordinals)}`
  }
  const { since, until, ...equal } = filter
  const from = since === undefined ? undefined : Math.ceil(since.getTime() / DAY) * DAY
  const to = until === undefined ? undefined : Math.floor(until.getTime() / DAY) * DAY
  const ended = (edge: RequestFilter): RawBuilder<unknown> =>
    requests(sql`${ENDED} and ${matches({ ...equal, ...edge }, engine)}`)
  if (!isInDays(grouping, equal) || (from ?? -Infinity) >= (to ?? Infinity)) return [requests(matches(filter, engine))]
  return [
    wholeDays(engine, grouping, { equal, from, to }),
    ...(from === since?.getTime() ? [] : [ended({ since, until: dateOf(from) })]),
    ...(to === until?.getTime() ? [] : [ended({ since: dateOf(to), until })]),
    requests(sql`${OPEN} and ${matches(filter, engine)}`),
  ]
}

/** Whether the sums of days know all that is asked. */
function isInDays({ groupBy = [], bucket }: Grouping, equal: RequestFilter): boolean {
  const known: readonly string[] = DAY_KEYS
  const asked = Object.entries(equal).filter(([, value]) => value !== undefined)
  return (
    bucket !== 'hour' &&
    groupBy.every(name => known.includes(columnName(name))) &&
    asked.every(([name, value]) => known.includes(columnName(name)) && value !== '')
  )
}

interface Days {
  readonly equal: RequestFilter
  readonly from: number | undefined
  readonly to: number | undefined
}

function wholeDays(engine: Engine, { groupBy = [], bucket }: Grouping, { equal, from, to }: Days): RawBuilder<unknown> {
  const keys = groupBy.map((name, index) => sql`nullif(${sql.ref(columnName(name))}, '') as ${sql.ref(`k${index}`)}`)
  const start =
    bucket === undefined ? [] : [sql`${bucketStart(engine, bucket, 'day')} as ${sql.ref(`k${groupBy.length}`)}`]
  const conditions = Object.entries(equal).flatMap(([name, value]) =>
    value === undefined ? [] : [sql`${sql.ref(columnName(name))} = ${cutName(String(value))}`],
  )
  if (from !== undefined) conditions.push(sql`day >= ${from}`)
  if (to !== undefined) conditions.push(sql`day < ${to}`)
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`
  const columns = [...keys, ...start, ...MEASURES.map(({ name }) => sql.ref(name))]
  return sql`select ${sql.join(columns)} from llm_usage_days ${where}`
}

interface Base {
  readonly keys: readonly RawBuilder<unknown>[]
  readonly from: RawBuilder<unknown>
}

/** Single requests. Their tags are a table of their own, which makes a row of each. */
function baseOf(engine: Engine, { groupBy = [], bucket }: Grouping): Base {
  const keys = groupBy.map(columnOf)
  if (bucket !== undefined) keys.push(bucketStart(engine, bucket, 'started_at'))
  return {
    keys: keys.map((key, index) => sql`${key} as ${sql.ref(`k${index}`)}`),
    from: groupBy.includes('tag') ? sql`llm_requests, ${engine.tags}` : sql`llm_requests`,
  }
}

function columnOf(name: Dimension): RawBuilder<string | number> {
  return name === 'tag' ? sql.ref('tag.value') : sql.ref(columnName(name))
}

function groupClause(keys: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return keys.length === 0 ? sql`` : sql`group by ${sql.join(keys)}`
}

function dateOf(time: number | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time)
}

interface Ranking {
  readonly base: Base
  readonly where: Expression<SqlBool>
  readonly keys: readonly RawBuilder<string>[]
  readonly time: (typeof TIMES)[number]
}

/** The nearest rank of each group: the first value that so large a part of all is not above. */
async function ranksIn({ reader }: Engine, ranking: Ranking): Promise<Map<string, Partial<Durations>>> {
  const { base, where, keys, time } = ranking
  const column = sql.ref(columnName(time))
  const partition = keys.length === 0 ? sql`` : sql`partition by ${sql.join(keys)}`
  const timed = sql`select ${sql.join([...base.keys, sql`${column} as time`])} from ${base.from}
    where ${column} is not null and ${where}`
  const ranked = sql`select *, row_number() over (${partition} order by time) as place,
    count(*) over (${partition}) as places from (${timed}) as timed`
  const ranks = Object.entries(RANKS).map(
    ([name, part]) => sql`min(case when place >= ${sql.lit(part)} * places then time end) as ${sql.ref(name)}`,
  )
  const query = sql<GroupRow>`select ${sql.join([...keys, ...ranks])} from (${ranked}) as ranked ${groupClause(keys)}`
  const { rows } = await query.execute(reader)
  return new Map(rows.map(row => [keyOf(row), ranksOf(row)]))
}
