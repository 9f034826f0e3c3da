import type { Prompt } from '../client/client-options.ts'
import { systemClock, type Clock } from '../clock.ts'
import type { Completion, CompletionOptions } from '../completion.ts'
import { LLMError } from '../errors/llm-error.ts'
import type { Provider } from '../provider.ts'
import { validateObject } from '../schema/validate-object.ts'
import type { ModelSpec } from '../specs/model-spec.ts'
import type { CompletionStream } from '../stream/completion-stream.ts'
import { usageCost } from '../usage-cost.ts'
import { distribution, type Distribution } from './statistics.ts'

/** What is measured: a client that can be put over any provider. */
export interface ComparedClient {
  over(provider: Provider): ComparedClient
  spec(): Promise<ModelSpec>
  stream(prompt: Prompt, options?: CompletionOptions): CompletionStream
}

/** How {@link benchmarkProviders} measures. */
export interface BenchmarkOptions {
  readonly prompts: readonly Prompt[]
  /** How often each prompt is asked of each provider. Defaults to 1. */
  readonly rounds?: number | undefined
  /** What every call uses; with a schema as `output`, answers are also checked against it. */
  readonly options?: CompletionOptions | undefined
  /** Told after every call. */
  readonly onProgress?: ((progress: BenchmarkProgress) => void) | undefined
  /** Where time comes from. Defaults to the system's. */
  readonly clock?: Clock | undefined
}

/** How far a comparison has come. */
export interface BenchmarkProgress {
  readonly done: number
  readonly total: number
  readonly run: BenchmarkRun
}

/** One call. Times are milliseconds. */
export interface BenchmarkRun {
  readonly provider: string
  /** Which prompt, counted from 0. */
  readonly prompt: number
  readonly totalMs: number
  /** From the call to its first text. */
  readonly firstTokenMs?: number
  /** Output tokens a second, from the first text on. */
  readonly tokensPerSecond?: number
  /** US dollars. */
  readonly cost?: number
  /** Whether the answer fits the schema; absent where there is none. */
  readonly compliant?: boolean
  /** The `code` of the error that ended the call. */
  readonly error?: string
}

/** One provider's figures. Calls that failed count as errors and nowhere else. */
export interface BenchmarkRow {
  readonly provider: string
  readonly calls: number
  readonly errors: number
  readonly firstTokenMs?: Distribution
  readonly totalMs?: Distribution
  readonly tokensPerSecond?: Distribution
  /** US dollars a call. */
  readonly cost?: Distribution
  /** The part of the answers that fit the schema, from 0 to 1. */
  readonly compliance?: number
}

/** What came of a comparison. */
export interface BenchmarkResult {
  readonly rows: readonly BenchmarkRow[]
  readonly runs: readonly BenchmarkRun[]
}

/**
 * Asks the same of several providers, in turns so that none has the better hour, and compares how they do.
 *
 * @throws whatever is no {@link LLMError}; those are counted.
 * @example
 * ```ts
 * import { benchmarkProviders, benchmarkTable, type ModelClient, type Provider } from '@llm/core'
 *
 * declare const client: ModelClient
 * declare const providers: readonly Provider[]
 *
 * const result = await benchmarkProviders(client, providers, { prompts: ['Name a planet.'], rounds: 5 })
 * console.log(benchmarkTable(result))
 * ```
 */
export async function benchmarkProviders(
  client: ComparedClient,
  providers: readonly Provider[],
  { prompts, rounds = 1, options, onProgress, clock = systemClock }: BenchmarkOptions,
): Promise<BenchmarkResult> {
  const runs: BenchmarkRun[] = []
  const total = providers.length * prompts.length * rounds
  for (let round = 0; round < rounds; round++) {
    for (const [index, prompt] of prompts.entries()) {
      for (const provider of providers) {
        const run = await measure(client.over(provider), { prompt, options, clock })
        runs.push({ provider: provider.id, prompt: index, ...run })
        onProgress?.({ done: runs.length, total, run: { provider: provider.id, prompt: index, ...run } })
      }
    }
  }
  return {
    rows: providers.map(({ id }) =>
      rowOf(
        id,
        runs.filter(run => run.provider === id),
      ),
    ),
    runs,
  }
}

interface Measured {
  readonly prompt: Prompt
  readonly options: CompletionOptions | undefined
  readonly clock: Clock
}

async function measure(
  client: ComparedClient,
  { prompt, options, clock }: Measured,
): Promise<Omit<BenchmarkRun, 'provider' | 'prompt'>> {
  const started = clock.now()
  let first: number | undefined
  try {
    const stream = client.stream(prompt, options).observe({
      onEvent: ({ type }) => {
        if (type === 'text-delta') first ??= clock.now()
      },
    })
    const completion = await stream.completion()
    const ended = clock.now()
    return {
      totalMs: ended - started,
      ...(first === undefined ? {} : { firstTokenMs: first - started, ...speedOf(completion, ended - first) }),
      ...costOf(completion, await client.spec()),
      ...(await complianceOf(completion, options)),
    }
  } catch (error) {
    if (!LLMError.is(error)) throw error
    return { totalMs: clock.now() - started, error: error.code }
  }
}

function speedOf({ usage: { outputTokens } }: Completion, ms: number): Pick<BenchmarkRun, 'tokensPerSecond'> {
  return outputTokens === undefined || ms <= 0 ? {} : { tokensPerSecond: (outputTokens * 1000) / ms }
}

function costOf({ cost, usage }: Completion, { price }: ModelSpec): Pick<BenchmarkRun, 'cost'> {
  if (cost !== undefined) return { cost: cost.total }
  const dollars = price === undefined ? undefined : usageCost(usage, price)
  return dollars === undefined ? {} : { cost: dollars }
}

async function complianceOf(
  completion: Completion,
  options: CompletionOptions | undefined,
): Promise<Pick<BenchmarkRun, 'compliant'>> {
  const output = options?.output
  if (output === undefined || output === 'json') return {}
  return {
    compliant: await validateObject(output, completion).then(
      () => true,
      () => false,
    ),
  }
}

function rowOf(provider: string, runs: readonly BenchmarkRun[]): BenchmarkRow {
  const good = runs.filter(run => run.error === undefined)
  const of = (key: 'firstTokenMs' | 'totalMs' | 'tokensPerSecond' | 'cost'): object => {
    const figures = distribution(good.flatMap(run => run[key] ?? []))
    return figures === undefined ? {} : { [key]: figures }
  }
  const checked = good.filter(run => run.compliant !== undefined)
  return {
    provider,
    calls: runs.length,
    errors: runs.length - good.length,
    ...of('firstTokenMs'),
    ...of('totalMs'),
    ...of('tokensPerSecond'),
    ...of('cost'),
    ...(checked.length === 0 ? {} : { compliance: checked.filter(run => run.compliant).length / checked.length }),
  }
}
