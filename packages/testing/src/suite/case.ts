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

/** What a case needs and the host has not, if there is anything. */
export function missingFlag({ needs = [] }: SuiteCase, supports: FullSupports): Flag | undefined {
  return needs.find(flag => !supports[flag])
}
