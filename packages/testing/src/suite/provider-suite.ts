import type { WireFixtures } from '../fixtures/wire-fixtures.ts'
import { abortCases } from './aborts.ts'
import { Bench, type CreateProvider } from './bench.ts'
import { byteCases } from './bytes.ts'
import { missingFlag, type SuiteCase } from './case.ts'
import { errorCases } from './errors.ts'
import { hygieneCases } from './hygiene.ts'
import { outcomeCases } from './outcome.ts'
import { partCases } from './parts.ts'
import { reasoningCases } from './reasoning.ts'
import { requestCases } from './requests.ts'
import { socketCases } from './sockets.ts'
import { streamErrorCases } from './stream-errors.ts'
import { mergeSupports, type SuiteSupports } from './supports.ts'
import { textCases } from './text.ts'
import { toolCases } from './tools.ts'

/** What the suite needs of a test runner: `test` of Vitest, `node:test`, Bun, or anything alike. */
export interface TestFunction {
  (name: string, run: () => Promise<void>): unknown
  /** Reports a case that is not run. */
  skip(name: string, run: () => Promise<void>): unknown
}

/** What {@link providerSuite} is given. */
export interface ProviderSuiteOptions {
  /** Makes the provider under test from settings: pass all of them on. */
  readonly create: CreateProvider
  /** The host's wire format. */
  readonly fixtures: WireFixtures
  /** Where the host differs from the defaults, and from what the fixtures say. */
  readonly supports?: SuiteSupports | undefined
  /** Cases that are not run, by name, each with the reason, which stands in the report. */
  readonly skip?: Readonly<Record<string, string>> | undefined
}

const CASES: readonly SuiteCase[] = [
  ...textCases,
  ...partCases,
  ...toolCases,
  ...reasoningCases,
  ...outcomeCases,
  ...requestCases,
  ...errorCases,
  ...streamErrorCases,
  ...abortCases,
  ...socketCases,
  ...byteCases,
  ...hygieneCases,
]

/**
 * Holds a provider to the contract. Each case is a test of its own in whatever runner `test` is of; assertions are those of
 * `node:assert`, so it runs on Node, Bun and Deno.
 *
 * @throws an Error at once for a case to skip that does not exist or has no reason, and for an unknown flag.
 * @example
 * ```ts
 * import { chatFixtures, providerSuite } from '@llm/testing'
 * import type { Provider, ProviderSettings } from '@llm/core'
 * import { test } from 'vitest'
 *
 * declare function example(settings: ProviderSettings): Provider
 *
 * providerSuite(test, {
 *   create: settings => example(settings),
 *   fixtures: chatFixtures(),
 *   supports: { dropped: ['topK'] },
 *   skip: { 'aborts: while a body is read': 'The host answers only at once.' },
 * })
 * ```
 */
export function providerSuite(
  test: TestFunction,
  { create, fixtures, supports, skip = {} }: ProviderSuiteOptions,
): void {
  const bench = new Bench(create, fixtures, mergeSupports(fixtures.supports, supports))
  checkSkips(skip)
  for (const suiteCase of CASES) {
    const flag = missingFlag(suiteCase, bench.supports)
    const reason = skip[suiteCase.name] ?? (flag && `${flag} is not supported`)
    if (reason === undefined) test(suiteCase.name, () => suiteCase.run(bench))
    else test.skip(`${suiteCase.name} (skipped: ${reason})`, () => Promise.resolve())
  }
}

function checkSkips(skip: Readonly<Record<string, string>>): void {
  for (const [name, reason] of Object.entries(skip)) {
    if (!CASES.some(suiteCase => suiteCase.name === name)) throw new Error(`The suite has no case "${name}" to skip.`)
    if (reason.trim() === '') throw new Error(`Say why "${name}" is skipped.`)
  }
}
