import type { ContestantName } from '../contestants/index.ts'
import type { Table } from '../table.ts'

/** What the command line asks of every part. */
export interface PartOptions {
  readonly contestants: readonly ContestantName[]
  /** Fewer rounds: to look, not to quote. */
  readonly quick: boolean
  /** The port of the loopback server. */
  readonly port: number
}

export type Part = (options: PartOptions) => Promise<Table>
