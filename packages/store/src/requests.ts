import type { StoreBackend } from './backend.ts'
import { checkDate, checkExport, checkList, checkOwner, checkUsage } from './check-query.ts'
import { exportLines } from './export.ts'
import type { ListOptions, RequestPage, RequestRepository, UsageGroup, UsageOptions } from './repository.ts'
import { sumGroups } from './usage-totals.ts'

/** Puts a question to the backend. */
export type Ask = <T>(question: (backend: StoreBackend) => Promise<T>) => Promise<T>

type Owner = 'userId' | 'projectId' | 'organizationId'

/** The repository, the same over every backend: checks, paging, order, export. */
export function createRepository(ask: Ask): RequestRepository {
  const list = async (options: ListOptions = {}): Promise<RequestPage> => {
    checkList(options)
    const { limit = 50, first = 'newest', ...query } = options
    // One more than asked for tells whether there is another page.
    const found = await ask(backend => backend.page({ ...query, first, limit: limit + 1 }))
    const items = found.slice(0, limit)
    const last = items.at(-1)
    return { items, ...(found.length > items.length && last !== undefined ? { nextCursor: last.id } : {}) }
  }
  const of = async (owner: Owner, id: string, options?: ListOptions): Promise<RequestPage> => {
    checkOwner(owner, id)
    return list({ ...options, [owner]: id })
  }
  return {
    list,
    byId: id => ask(backend => backend.find(id)),
    byUserId: (id, options) => of('userId', id, options),
    byProjectId: (id, options) => of('projectId', id, options),
    byOrganizationId: (id, options) => of('organizationId', id, options),
    usage: (options = {}) => usage(ask, options),
    deleteOlderThan: async date => {
      checkDate('date', date)
      return ask(backend => backend.deleteBefore(date))
    },
    export: options => {
      checkExport(options)
      return exportLines(list, options)
    },
  }
}

async function usage(ask: Ask, options: UsageOptions): ReturnType<RequestRepository['usage']> {
  checkUsage(options)
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
