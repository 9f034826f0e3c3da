import type { CatalogueEntry } from '../../packages/core/src/index.ts'
import { isListed, type Row } from './row.ts'

/** What each host calls a model, and the names that are left over. */
export function hostNames(id: string, rows: readonly Row[]): Pick<CatalogueEntry, 'hosts' | 'aliases'> {
  const byHost = Map.groupBy(rows.filter(isName), ({ host }) => host)
  if (byHost.size === 0) return {}
  const hosts: Record<string, string> = {}
  const rest: string[] = []
  for (const host of [...byHost.keys()].sort()) {
    const [best = id, ...others] = preferred(id, inUse(byHost.get(host) ?? []))
    hosts[host] = best
    rest.push(...others)
  }
  const taken = new Set([id, ...Object.values(hosts)])
  return { hosts, aliases: [...new Set(rest)].filter(name => !taken.has(name)).sort() }
}

const isName = ({ host, factsOnly = false }: Row): boolean => host !== 'vercel' && !factsOnly

/** Price lists keep names that are gone: they count where a host has no others. */
function inUse(rows: readonly Row[]): readonly Row[] {
  const listed = rows.filter(isListed)
  return listed.length > 0 ? listed : rows
}

/** Bedrock's profiles before bare ids, as most models cannot be called without one; the one for all regions first. */
const profiles = [/^global\./, /^us\./, /^eu\./, /./]

/** A host's names for a model, the one to use first. */
function preferred(id: string, rows: readonly Row[]): string[] {
  const cost = (name: string) => [
    name === id ? 0 : 1,
    profiles.findIndex(profile => profile.test(name)),
    /instruct|chat/i.test(name) ? 0 : 1,
    name.length,
  ]
  return rows.map(row => row.id).sort((a, b) => compare(cost(a), cost(b)) || (a < b ? -1 : 1))
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((value, index) => value - (b[index] ?? 0)).find(difference => difference !== 0) ?? 0
}
