import { sql, type Expression, type Kysely, type RawBuilder, type SqlBool } from 'kysely'
import { MEASURES } from './measures.ts'
import type { Database } from './schema.ts'

/** The dimensions by which the sums of days are kept. Users, projects and organizations are too many. */
export const DAY_KEYS = [
  'operation',
  'provider',
  'model',
  'family',
  'status',
  'error_code',
  'finish_reason',
  'cache',
  'experiment',
  'variant',
] as const

export const DAY = 86_400_000

/** Those that may still end: also what counts as interrupted, where its process was only slow. */
export const OPEN: RawBuilder<SqlBool> = sql`llm_requests.status in ('started', 'interrupted')`

/** Those that nothing changes any more. Only they are in the sums of days. */
export const ENDED: RawBuilder<SqlBool> = sql`llm_requests.status not in ('started', 'interrupted')`

/**
 * Adds requests to the sums of their days, or takes them off again. What is asked for most then costs the same however many
 * requests there are.
 */
export async function addToDays(
  db: Kysely<Database>,
  { where, sign }: { readonly where: Expression<SqlBool>; readonly sign: 1 | -1 },
): Promise<void> {
  const names = MEASURES.map(({ name }) => sql.ref(name))
  const keys = DAY_KEYS.map(key => sql.ref(key))
  const signed = MEASURES.map(({ of }) => (sign === 1 ? of : sql`-${of}`))
  const added = MEASURES.map(({ name }) => sql`${sql.ref(name)} = ${sumOf(name)}`)
  const ordinals = sql.join([0, ...DAY_KEYS].map((_, index) => sql.lit(index + 1)))
  // In order, so that two processes that add to the same rows do not wait for each other for ever.
  await sql`insert into llm_usage_days (day, ${sql.join(keys)}, ${sql.join(names)})
    select started_at - started_at % ${sql.lit(DAY)}, ${sql.join(keys.map(key => sql`coalesce(${key}, '')`))}, ${sql.join(signed)}
    from llm_requests where ${ENDED} and ${where} group by ${ordinals} order by ${ordinals}
    on conflict (day, ${sql.join(keys)}) do update set ${sql.join(added)}`.execute(db)
}

/** What is not known adds nothing, and two things that are not known stay so. */
function sumOf(name: string): RawBuilder<number> {
  const [kept, added] = [sql.ref(`llm_usage_days.${name}`), sql.ref(`excluded.${name}`)]
  return sql`coalesce(${kept} + ${added}, ${kept}, ${added})`
}
