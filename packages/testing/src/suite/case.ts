import type { Bench } from './bench.ts'
import type { FullSupports, SuiteSupports } from './supports.ts'

/** One thing that every provider must do. */
export interface SuiteCase {
  /** The topic, and what must be so: `tools: parallel calls stay apart`. */
  readonly name: string
  /** The flags without which there is nothing to test. */
  readonly needs?: readonly Flag[] | undefined
  run(bench: Bench): Promise<void>
}

type Flag = {
  [K in keyof SuiteSupports]-?: NonNullable<SuiteSupports[K]> extends boolean ? K : never
}[keyof SuiteSupports]

/** Whether a host has what a case needs. */
export function applies({ needs = [] }: SuiteCase, supports: FullSupports): boolean {
  return needs.every(flag => supports[flag])
}
