import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely'
import type { RequestFilter } from '../repository.ts'
import { timePrefix } from '../request-id.ts'
import type { Engine } from './engine.ts'
import { cutName } from './rows.ts'
import type { Database, RequestRow } from './schema.ts'

const EQUAL = {
  userId: 'user_id',
  projectId: 'project_id',
  organizationId: 'organization_id',
  provider: 'provider',
  model: 'model',
  family: 'family',
  operation: 'operation',
  status: 'status',
  errorCode: 'error_code',
  finishReason: 'finish_reason',
  cache: 'cache',
  experiment: 'experiment',
  variant: 'variant',
  callId: 'call_id',
} as const satisfies Partial<Record<keyof RequestFilter, keyof RequestRow>>

/** The condition that a filter comes to. Times are looked for in the ids, which begin with them. */
export function matches(filter: RequestFilter, { tags }: Pick<Engine, 'tags'>): Expression<SqlBool> {
  const eb = expressionBuilder<Database, 'llm_requests'>()
  const conditions: Expression<SqlBool>[] = []
  for (const key of Object.keys(EQUAL) as (keyof typeof EQUAL)[]) {
    const value = filter[key]
    if (value !== undefined) conditions.push(eb(eb.ref(EQUAL[key]), '=', cutName(value)))
  }
  const { since, until, tag } = filter
  if (since !== undefined) conditions.push(eb('llm_requests.id', '>=', timePrefix(since.getTime())))
  if (until !== undefined) conditions.push(eb('llm_requests.id', '<', timePrefix(until.getTime())))
  if (tag !== undefined) {
    const tagged = eb.selectFrom(tags).select(sql.lit(1).as('one')).where('tag.value', '=', tag)
    conditions.push(eb.exists(tagged))
  }
  return eb.and(conditions)
}
