import { systemClock, type Clock } from '../../clock.ts'
import { ConfigurationError } from '../../errors/configuration-error.ts'
import type { Provider } from '../../provider.ts'
import { readKey, type CallKey } from '../calls/call-key.ts'
import type { CallRequest, ProviderCall } from '../calls/gate-calls.ts'
import { checkOptions } from '../check-options.ts'
import { checkWeights } from '../endpoints/check-weights.ts'
import { driveEndpoints } from '../endpoints/drive-endpoints.ts'
import { serves } from '../endpoints/fail-over.ts'
import { firstProvider, readTargets, type Backup, type FirstTarget } from '../endpoints/read-targets.ts'
import type { Tries } from '../tries/drive-calls.ts'
import { variantAtRandom, variantOfKey } from './assign-variant.ts'
import { Variant, type Scorer } from './variant.ts'
import type { VariantResults } from './variant-record.ts'

/** What {@link split} takes. */
export interface SplitOptions {
  /** The name of the test. It decides who gets what: another test shuffles anew. */
  readonly name: string
  /**
   * Which calls get the same variant, always and in every process. Calls for which it is empty, such as those without a
   * user, get one at random.
   *
   * @default 'user'
   */
  readonly key?: CallKey | undefined
  /** The share of each, in the order of the variants. Defaults to the same for all. */
  readonly weights?: readonly number[] | undefined
  /**
   * How good an answer is, now or later, by whatever measure; `undefined` for no answer to that. Called with completions
   * that were not left early. What it throws leaves the call without a score.
   */
  readonly score?: Scorer | undefined
  /**
   * How sure the intervals of the results are to hold what they estimate.
   *
   * @default 0.95
   */
  readonly confidence?: number | undefined
  /** From 0, and below 1. Defaults to `Math.random`. */
  readonly random?: (() => number) | undefined
  /** Where time comes from. Defaults to the system's. */
  readonly clock?: Clock | undefined
}

/** What came of a test so far. */
export interface ExperimentResults {
  readonly name: string
  readonly operation: string
  readonly confidence: number
  /** In order; the first is what the others are compared with. */
  readonly variants: readonly VariantResults[]
}

/** An A/B test that runs. */
export interface Experiment {
  readonly name: string
  /** The variant that a request gets; `undefined` where it has no key, and chance decides. */
  variantOf(request: CallRequest): string | undefined
  /**
   * What came of the calls of one operation. Means have Student's interval, and their differences Welch's; the share of
   * errors has Wilson's, and its difference Newcombe's.
   *
   * @param operation - Defaults to `complete`, which counts streams too.
   */
  results(operation?: string): ExperimentResults
}

/** Several variants as one provider: in all that is not a call to a model it is the first one. */
export type SplitProvider<P extends Provider> = P & { readonly experiment: Experiment }

const KEYS = {
  name: 'other',
  key: 'other',
  weights: 'other',
  score: 'other',
  confidence: 'other',
  random: 'other',
  clock: 'other',
} as const

/**
 * An A/B test: each call goes to one of several variants, those with the same key always to the same one, and what comes of
 * them is counted. As in {@link fallback} the first is a provider, and the others say only what they have different from it:
 * a model, parameters, a host, or a provider with middleware of its own.
 *
 * Which variant it was is in `experiment` of the completion, and in `metadata.experiment` of the request that the variant
 * gets. A call that fails goes to no other variant; put {@link retry} and {@link fallback} into the variants, so that what
 * they do counts as one call. A capability goes to the variants that have it.
 *
 * @throws {@link ConfigurationError} for options that do not exist or cannot be, and variants that cannot be made.
 * @example
 * ```ts
 * import { split, type Provider } from '@llm/core'
 *
 * declare const host: Provider
 *
 * const provider = split([host, { name: 'cool', parameters: { temperature: 0 } }], {
 *   name: 'temperature',
 *   weights: [9, 1],
 *   score: ({ text }) => (text.includes('?') ? 0 : 1),
 * })
 * for (const { variant, score } of provider.experiment.results().variants) {
 *   console.log(variant, score.value, score.low, score.high, score.difference)
 * }
 * ```
 */
export function split<P extends Provider>(
  targets: readonly [FirstTarget<P>, ...(Provider | Backup)[]],
  options: SplitOptions,
): SplitProvider<P> {
  checkSplit(options)
  const { clock = systemClock, weights } = options
  const read = readTargets('split', targets)
  checkWeights('split', weights, read.length)
  const variants = read.map(
    (target, index) => new Variant(target, { ...options, clock, weight: weights?.[index] ?? 1 }),
  )
  const keyOf = readKey('split', options.key ?? 'user')
  const assign = assigner(variants, keyOf, options)
  const experiment: Experiment = {
    name: options.name,
    variantOf: request => {
      const key = keyOf({ operation: 'complete', provider: variants[0]?.provider.id ?? '', request })
      return key === '' ? undefined : variantOfKey(options.name, key, variants).name
    },
    results: (operation = 'complete') => resultsOf(variants, operation, options),
  }
  return driveEndpoints(firstProvider('split', targets[0]), {
    targets: read,
    drive: async tries => {
      const variant = assign(tries)
      const metadata = { ...tries.request.metadata, experiment: variant.label }
      return tries.attempt(variant.provider, await variant.fit({ ...tries.request, metadata }))
    },
    clock,
    shows: { experiment: () => experiment },
  })
}

function assigner(
  variants: readonly Variant[],
  keyOf: (call: ProviderCall) => string,
  { name, random = Math.random }: SplitOptions,
): (tries: Pick<Tries<unknown>, 'operation' | 'request'>) => Variant {
  return ({ operation, request }) => {
    const able = variants.filter(variant => serves(variant, operation))
    if (able.length === 0) {
      throw new ConfigurationError({
        message: `No variant has ${operation}.`,
        hint: `Add a variant whose provider has ${operation}.`,
      })
    }
    const own = keyOf({ operation, provider: variants[0]?.provider.id ?? '', request })
    return own === '' ? variantAtRandom(able, random()) : variantOfKey(name, own, able)
  }
}

function resultsOf(
  variants: readonly Variant[],
  operation: string,
  { name, confidence = 0.95 }: SplitOptions,
): ExperimentResults {
  const records = variants.map(variant => variant.record(operation))
  const results = records.map((record, index) => record.results(confidence, index === 0 ? undefined : records[0]))
  return { name, operation, confidence, variants: results }
}

function checkSplit(options: SplitOptions): void {
  checkOptions('split', options, KEYS)
  const { name, confidence = 0.95 } = options
  if (typeof name !== 'string' || name === '') {
    throw new ConfigurationError({
      message: 'split: the test has no name.',
      hint: 'Give it one: name decides who gets what.',
    })
  }
  if (typeof confidence === 'number' && confidence > 0 && confidence < 1) return
  throw new ConfigurationError({
    message: 'split: confidence is not between 0 and 1.',
    hint: 'Give a share, such as 0.95, or leave it out.',
  })
}
