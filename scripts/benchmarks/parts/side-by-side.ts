import type { Api } from '../contestants/contestant.ts'
import { CONTESTANTS } from '../contestants/index.ts'
import type { Job, Measures, TaskName } from '../job.ts'
import { takeTurns, type Plan } from '../rounds.ts'
import type { Table } from '../table.ts'
import type { PartOptions } from './part.ts'

/** One case of a part: a column of its table. */
export interface Case {
  readonly title: string
  readonly api: Api
  readonly perChunk: number
  readonly loopback: boolean
}

export interface SideBySide {
  readonly title: string
  readonly task: TaskName
  readonly measure: string
  readonly cases: readonly Case[]
  readonly plan: Plan
}

/** Has all contestants do one task in every case. */
export async function sideBySide(
  { title, task, measure, cases, plan }: SideBySide,
  options: PartOptions,
): Promise<Table> {
  const cells = new Map<string, (number | undefined)[]>()
  for (const { api, perChunk, loopback } of cases) {
    const port = loopback ? options.port : undefined
    const results = await runCase({ task, api, perChunk, port }, plan, options)
    for (const { name, title } of CONTESTANTS) {
      if (!options.contestants.includes(name)) continue
      cells.set(title, [...(cells.get(title) ?? []), results.get(name)?.[measure]])
    }
  }
  const rows = [...cells]
    .filter(([, row]) => row.some(cell => cell !== undefined))
    .map(([name, row]) => ({ name, cells: row }))
  return { title, columns: cases.map(item => item.title), rows, compare: true }
}

/** The measures of every contestant that speaks the case's API. */
export async function runCase(
  shared: Omit<Job, 'contestant'>,
  plan: Plan,
  { contestants }: PartOptions,
): Promise<ReadonlyMap<string, Measures>> {
  const names = CONTESTANTS.filter(
    ({ name, apis }) => contestants.includes(name) && (apis as readonly Api[]).includes(shared.api),
  ).map(({ name }) => name)
  const results = await takeTurns(
    names.map(contestant => ({ ...shared, contestant })),
    plan,
  )
  return new Map(names.map((name, index) => [name, results[index] ?? {}]))
}
