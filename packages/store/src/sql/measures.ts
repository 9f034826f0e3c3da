import { sql, type RawBuilder } from 'kysely'
import { SUMS, TIMES } from '../usage-totals.ts'
import { columnName } from './rows.ts'

export interface Measure {
  readonly name: string
  readonly type: 'integer' | 'real'
  /** What it is of a group of requests. */
  readonly of: RawBuilder<number | null>
}

const count = (condition: string): RawBuilder<number> => sql`count(case when ${sql.raw(condition)} then 1 end)`

const integer = (name: string, of: RawBuilder<number>): Measure => ({ name, type: 'integer', of })

/** What is summed up of requests. All of it adds up: the sums of days make those of months. */
export const MEASURES: readonly Measure[] = [
  integer('requests', sql`count(*)`),
  integer('successes', count(`status = 'success'`)),
  integer('errors', count(`status = 'error'`)),
  integer('aborted', count(`status = 'aborted'`)),
  integer('interrupted', count(`status = 'interrupted'`)),
  integer('cache_hits', count(`cache = 'hit'`)),
  integer('unpriced', count(`status = 'success' and cost is null`)),
  integer('attempts', sql`sum(attempt_count)`),
  ...SUMS.map((key): Measure => {
    // What a cache answered took tokens when it was made, and none now.
    const used = sql<number>`sum(case when cache is distinct from 'hit' then ${sql.ref(columnName(key))} end)`
    return { name: columnName(key), type: key === 'cost' ? 'real' : 'integer', of: used }
  }),
  ...TIMES.flatMap((key): Measure[] => {
    const column = columnName(key)
    return [
      { name: `${column}_sum`, type: 'real', of: sql`sum(${sql.ref(column)})` },
      integer(`${column}_count`, sql`count(${sql.ref(column)})`),
    ]
  }),
]
