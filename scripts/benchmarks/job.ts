import type { Api } from './contestants/contestant.ts'
import type { ContestantName } from './contestants/index.ts'

/** What a worker process is started for: one contestant, one case, so that no other library shares its compiled code. */
export interface Job {
  readonly contestant: ContestantName
  readonly task: TaskName
  readonly api: Api
  /** Events in a chunk of the network. */
  readonly perChunk: number
  /** The port of the loopback server; absent for a fetch without a network. */
  readonly port?: number | undefined
}

export type TaskName = 'streaming' | 'completion' | 'open-streams' | 'leftovers'

/** What one round of a task measured, by name. */
export type Measures = Readonly<Record<string, number>>
