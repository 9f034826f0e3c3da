import type { CatalogueEntry, Modality } from '../../packages/core/src/index.ts'
import { canonicalId } from './canonical-id.ts'
import type { Family } from './families.ts'
import { hostNames } from './host-names.ts'
import { isListed, type Levels, type Row } from './row.ts'

export type Catalogue = Readonly<Record<string, CatalogueEntry>>

/** What the rows say of a family's models, in one entry a model, sorted by id. */
export function buildCatalogue(family: Family, rows: readonly Row[]): Catalogue {
  const models = new Map<string, Row[]>()
  for (const row of rows) {
    const canonical = canonicalId(row.host, row.id)
    if (canonical?.family === family) models.set(canonical.id, [...(models.get(canonical.id) ?? []), row])
  }
  const entries = [...models.keys()].sort().map(id => [id, toEntry(family, id, rowsOf(id, models))] as const)
  return Object.fromEntries(entries.filter(([, { hosts }]) => hosts !== undefined))
}

/** A model's rows. A maker's moving name stands for the newest dated model, which other hosts have under its own name. */
function rowsOf(id: string, models: ReadonlyMap<string, readonly Row[]>): readonly Row[] {
  const own = models.get(id) ?? []
  if (!id.endsWith('-latest')) return own
  const stem = id.slice(0, -'latest'.length)
  const dated = [...models.keys()].filter(name => name.startsWith(stem) && /^\d{4}$/.test(name.slice(stem.length)))
  const newest = models.get(dated.sort().at(-1) ?? '') ?? []
  const hosts = new Set(own.map(({ host }) => host))
  return [...own, ...newest.filter(({ host }) => !hosts.has(host))]
}

function toEntry(family: Family, id: string, all: readonly Row[]): CatalogueEntry {
  const rows = all.filter(({ host }) => host !== 'vercel' || family.gateways?.includes(host))
  const trusted = trustedRows(family, rows)
  const known = family.modalities.find(({ is }) => is.test(id))
  const input = known?.input ?? union(trusted.flatMap(row => row.input ?? []))
  const output = known?.output ?? union(rows.flatMap(row => row.output ?? []))
  const reasoning = trusted.some(row => row.reasoning)
  return withoutEmpty({
    contextWindow: largest(trusted, row => row.contextWindow),
    maxOutputTokens: output.includes('text') ? longestAnswer(family, trusted, rows) : undefined,
    input,
    output: output.join() === 'text' ? undefined : output,
    reasoning,
    effort: reasoning ? levels(family, rows) : undefined,
    price: rows.find(({ host, price }) => host === family.maker && price !== undefined)?.price,
    search: rows.some(({ host, search }) => host === family.maker && search),
    ...hostNames(id, rows),
  })
}

/** Those whose limits count: the maker's and the family's gateways'; where they say nothing, those of all hosts. */
function trustedRows({ maker, gateways = [] }: Family, rows: readonly Row[]): readonly Row[] {
  const listed = rows.filter(row => isListed(row) || gateways.includes(row.host))
  const trusted = listed.filter(({ host }) => host === maker || gateways.includes(host))
  return [trusted, listed].find(some => some.some(row => row.contextWindow !== undefined)) ?? rows
}

function longestAnswer(family: Family, trusted: readonly Row[], rows: readonly Row[]): number | undefined {
  if (family.answersFillTheWindow === true) return largest(trusted, row => row.contextWindow)
  return largest(trusted, statedAnswer) ?? largest(rows.filter(isListed), statedAnswer)
}

/** A round share of the window stands where a gateway knows no limit. */
function statedAnswer({ contextWindow = 0, maxOutputTokens }: Row): number | undefined {
  const shares = [0.8, 0.9].map(share => Math.floor(contextWindow * share))
  return maxOutputTokens === undefined || shares.includes(maxOutputTokens) ? undefined : maxOutputTokens
}

function largest(rows: readonly Row[], read: (row: Row) => number | undefined): number | undefined {
  const numbers = rows.map(read).filter(value => value !== undefined)
  return numbers.length === 0 ? undefined : Math.max(...numbers)
}

const modalities: readonly Modality[] = ['text', 'image', 'audio', 'video', 'file', 'embedding']

/** In one order, and text where nothing is said. */
function union(given: readonly Modality[]): readonly Modality[] {
  return given.length === 0 ? ['text'] : modalities.filter(modality => given.includes(modality))
}

type Effort = NonNullable<CatalogueEntry['effort']>[number]
const efforts: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']

/** The levels of the first row that tells of all the usual ones. Thinking can be turned off unless it says otherwise. */
function levels({ maker }: Family, rows: readonly Row[]): readonly Effort[] | undefined {
  const authority = ({ host }: Row) => (host === maker ? 0 : host === 'openrouter' ? 1 : 2)
  const whole = rows
    .toSorted((a, b) => authority(a) - authority(b))
    .map(row => row.levels ?? {})
    .find(map => ['low', 'medium', 'high'].every(level => map[level] !== undefined))
  return whole === undefined ? undefined : efforts.filter(level => words(whole).includes(level))
}

function words(map: Levels): readonly (string | null | undefined)[] {
  const off = map['off'] === undefined ? 'none' : map['off']
  return [off, ...efforts.slice(1).map(level => map[level])]
}

/** Absent is no: what is false, unknown or empty is left out. */
function withoutEmpty(entry: { [Key in keyof CatalogueEntry]: CatalogueEntry[Key] | undefined }): CatalogueEntry {
  const says = (value: unknown) =>
    value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => says(value))) as unknown as CatalogueEntry
}
