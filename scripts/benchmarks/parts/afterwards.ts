import { CONTESTANTS } from '../contestants/index.ts'
import type { TaskName } from '../job.ts'
import type { Plan } from '../rounds.ts'
import type { Table } from '../table.ts'
import type { Part, PartOptions } from './part.ts'
import { runCase } from './side-by-side.ts'

export const openStreams: Part = options =>
  counted(options, {
    title: '1,000 chat streams open at once, then left early',
    task: 'open-streams',
    measures: ['KB per open stream', 'KB kept of it', 'still connected'],
    plan: { warmUp: 1, rounds: options.quick ? 1 : 5 },
  })

export const leftovers: Part = options =>
  counted(options, {
    title: 'What 100 completions and 100 streams that share a signal leave behind',
    task: 'leftovers',
    measures: ['timers left', 'listeners left'],
    plan: { warmUp: 0, rounds: 1 },
  })

interface Count {
  readonly title: string
  readonly task: TaskName
  readonly measures: readonly string[]
  readonly plan: Plan
}

/** A table whose columns are what one task counts. */
async function counted(options: PartOptions, { title, task, measures, plan }: Count): Promise<Table> {
  const results = await runCase({ task, api: 'chat', perChunk: 8 }, plan, options)
  const rows = CONTESTANTS.filter(({ name }) => results.has(name)).map(({ name, title: row }) => ({
    name: row,
    cells: measures.map(measure => results.get(name)?.[measure]),
  }))
  return { title, columns: measures, rows, compare: false }
}
