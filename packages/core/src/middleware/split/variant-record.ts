import type { Completion } from '../../completion.ts'
import { LLMError } from '../../errors/llm-error.ts'
import type { CallOutcome } from '../calls/gate-calls.ts'
import {
  meanDifference,
  meanInterval,
  RunningMean,
  shareDifference,
  shareInterval,
  type Interval,
  type Share,
} from './intervals.ts'

/** A mean or a share, of so many calls. What is not known of enough calls is absent. */
export interface Estimate extends Partial<Interval> {
  readonly count: number
  /** By how much it is above that of the first variant. An interval without 0 in it is a difference that is hardly chance. */
  readonly difference?: Interval
}

/** What came of the calls of one variant. */
export interface VariantResults {
  readonly variant: string
  /** How many calls have ended. */
  readonly calls: number
  /** How many of them the caller left, or aborted. But for `firstTokenMs` they count in nothing below. */
  readonly aborted: number
  /** How many failed, by the error's code. */
  readonly errors: Readonly<Record<string, number>>
  /** The share of calls that failed. */
  readonly errorRate: Estimate
  /** From being sent to the end, in milliseconds, of calls that were answered, as are those below. */
  readonly latencyMs: Estimate
  /** From being sent to the first content of a stream. */
  readonly firstTokenMs: Estimate
  readonly inputTokens: Estimate
  readonly outputTokens: Estimate
  /** In US dollars, where it was known. */
  readonly cost: Estimate
  readonly score: Estimate
  readonly finishReasons: Readonly<Record<string, number>>
}

const MEANS = ['latencyMs', 'firstTokenMs', 'inputTokens', 'outputTokens', 'cost', 'score'] as const

/** What is measured of a call. */
export type Measure = (typeof MEANS)[number]

/** The calls of one variant, counted. */
export class VariantRecord {
  readonly variant: string
  #calls = 0
  #answered = 0
  #aborted = 0
  #errors: Map<string, number> = new Map()
  #finishReasons: Map<string, number> = new Map()
  #means: Readonly<Record<Measure, RunningMean>>

  constructor(variant: string) {
    this.variant = variant
    this.#means = Object.fromEntries(MEANS.map(name => [name, new RunningMean()])) as Record<Measure, RunningMean>
  }

  /** One more value of what is measured; what is not known is left out. */
  measure(name: Measure, value: number | undefined): void {
    if (value !== undefined && Number.isFinite(value)) this.#means[name].add(value)
  }

  /** A call has ended; tells whether it was answered. */
  end({ result, error }: CallOutcome, ms: number): boolean {
    this.#calls += 1
    const code = error === undefined ? undefined : LLMError.is(error) ? error.code : 'unknown'
    if (code === 'aborted' || (code === undefined && result?.interrupted === true)) {
      this.#aborted += 1
      return false
    }
    if (code !== undefined) {
      count(this.#errors, code)
      return false
    }
    this.#answered += 1
    const { usage, cost, finishReason } = (result ?? {}) as Partial<Completion>
    this.measure('latencyMs', ms)
    this.measure('inputTokens', usage?.inputTokens)
    this.measure('outputTokens', usage?.outputTokens)
    this.measure('cost', cost?.total)
    if (finishReason !== undefined) count(this.#finishReasons, finishReason)
    return true
  }

  /** `first` is what it is compared with, unless it is that itself. */
  results(confidence: number, first: VariantRecord | undefined): VariantResults {
    const means = MEANS.map(name => [name, this.#meanOf(name, confidence, first)])
    return {
      variant: this.variant,
      calls: this.#calls,
      aborted: this.#aborted,
      errors: Object.fromEntries(this.#errors),
      errorRate: this.#errorRate(confidence, first),
      ...(Object.fromEntries(means) as Record<Measure, Estimate>),
      finishReasons: Object.fromEntries(this.#finishReasons),
    }
  }

  #meanOf(name: Measure, confidence: number, first: VariantRecord | undefined): Estimate {
    const mean = this.#means[name]
    const single = mean.count === 0 ? {} : { value: mean.mean }
    const difference = first && meanDifference(mean, first.#means[name], confidence)
    return estimate(mean.count, meanInterval(mean, confidence) ?? single, difference)
  }

  #errorRate(confidence: number, first: VariantRecord | undefined): Estimate {
    const difference = first && shareDifference(this.#failures, first.#failures, confidence)
    return estimate(this.#failures.count, shareInterval(this.#failures, confidence), difference)
  }

  get #failures(): Share {
    const hits = this.#calls - this.#aborted - this.#answered
    return { hits, count: hits + this.#answered }
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function estimate(count: number, own: Partial<Interval> | undefined, difference: Interval | undefined): Estimate {
  return { count, ...own, ...(difference === undefined ? {} : { difference }) }
}
