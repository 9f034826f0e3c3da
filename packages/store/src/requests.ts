import { ValidationError } from '@llm/core'
import type { PageQuery, StoreBackend } from './backend.ts'
import { exportLines } from './export.ts'
import type { ListOptions, RequestPage, RequestRepository, UsageGroup, UsageOptions } from './repository.ts'
import { sumGroups } from './usage-totals.ts'

/** Puts a question to the backend. */
export type Ask = <T>(question: (backend: StoreBackend) => Promise<T>) => Promise<T>

const LONGEST_PAGE = 1000

/** The repository, the same over every backend: checks, paging, order, export. */
export function createRepository(ask: Ask): RequestRepository {
  const list = async (options: ListOptions = {}): Promise<RequestPage> => {
    const query = pageQuery(options)
    // One more than asked for tells whether there is another page.
    const found = await ask(backend => backend.page({ ...query, limit: query.limit + 1 }))
    const items = found.slice(0, query.limit)
    const last = items.at(-1)
    return { items, ...(found.length > items.length && last !== undefined ? { nextCursor: last.id } : {}) }
  }
  return {
    list,
    byId: id => ask(backend => backend.find(id)),
    byUserId: (userId, options) => list({ ...options, userId }),
    byProjectId: (projectId, options) => list({ ...options, projectId }),
    byOrganizationId: (organizationId, options) => list({ ...options, organizationId }),
    usage: (options = {}) => usage(ask, options),
    deleteOlderThan: date => ask(backend => backend.deleteBefore(validDate('date', date))),
    export: options => exportLines(list, options),
  }
}

async function usage(ask: Ask, options: UsageOptions): ReturnType<RequestRepository['usage']> {
  checkTimes(options)
  const { groupBy = [], bucket } = options
  const grouped = groupBy.length > 0 || bucket !== undefined
  const groups = grouped ? [...(await ask(backend => backend.usage(options)))].sort(byBucketAndValues) : []
  // Percentiles do not add up, and a request with two tags is in two groups.
  const addsUp = grouped && options.percentiles !== true && !groupBy.includes('tag')
  if (addsUp) return { groups, total: sumGroups(groups) }
  const [all] = await ask(backend => backend.usage({ ...options, groupBy: undefined, bucket: undefined }))
  return { groups, total: all === undefined ? sumGroups([]) : totalsOf(all) }
}

function totalsOf({ group: _group, bucket: _bucket, ...totals }: UsageGroup): Omit<UsageGroup, 'group' | 'bucket'> {
  return totals
}

function byBucketAndValues(a: UsageGroup, b: UsageGroup): number {
  const order = (a.bucket?.getTime() ?? 0) - (b.bucket?.getTime() ?? 0)
  if (order !== 0) return order
  const [left, right] = [a, b].map(({ group }) => JSON.stringify(Object.values(group).map(value => value ?? null)))
  return (left ?? '') < (right ?? '') ? -1 : 1
}

function pageQuery({ limit = 50, first = 'newest', ...filter }: ListOptions): PageQuery {
  if (!Number.isInteger(limit) || limit < 1 || limit > LONGEST_PAGE) {
    throw invalid(`limit must be a whole number from 1 to ${LONGEST_PAGE}`, 'Follow nextCursor for more.')
  }
  if (filter.cursor !== undefined && !isId(filter.cursor)) {
    throw invalid('cursor is none', 'Pass the nextCursor of the page before, unchanged.')
  }
  checkTimes(filter)
  return { ...filter, limit, first }
}

function checkTimes({ since, until }: Pick<ListOptions, 'since' | 'until'>): void {
  if (since !== undefined) validDate('since', since)
  if (until !== undefined) validDate('until', until)
}

function validDate(name: string, date: Date): Date {
  if (date instanceof Date && Number.isFinite(date.getTime())) return date
  throw invalid(`${name} is no date`, 'Pass a valid Date.')
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}

function invalid(what: string, hint: string): ValidationError {
  return new ValidationError({ message: `${what}.`, hint })
}
