import type { Clock } from '../../clock.ts'
import type { Completion, ExperimentVariant } from '../../completion.ts'
import { attachExperiment, LLMError } from '../../errors/llm-error.ts'
import { gateCalls, type Pass, type ProviderCall } from '../calls/gate-calls.ts'
import type { Target } from '../endpoints/read-targets.ts'
import { VariantRecord } from './variant-record.ts'

/** Scores the answer of a variant. */
export type Scorer = (
  completion: Completion,
  call: ProviderCall & { readonly variant: string },
) => number | undefined | Promise<number | undefined>

/** What a variant is part of. */
export interface VariantOptions {
  /** Of the test. */
  readonly name: string
  readonly weight: number
  readonly score?: Scorer | undefined
  readonly clock: Clock
}

/** One variant of a test, and what comes of its calls. */
export class Variant implements Target {
  readonly name: string
  readonly provider: Target['provider']
  readonly model: string | undefined
  readonly isOtherModel: boolean
  readonly fit: Target['fit']
  readonly weight: number
  readonly label: ExperimentVariant
  #options: VariantOptions
  #records: Map<string, VariantRecord> = new Map()

  constructor(target: Target, options: VariantOptions) {
    this.name = target.name
    this.model = target.model
    this.isOtherModel = target.isOtherModel
    this.fit = target.fit
    this.provider = gateCalls(target.provider, this.#begin)
    this.weight = options.weight
    this.label = { name: options.name, variant: target.name }
    this.#options = options
  }

  /** What came of the calls of one operation. Streams and whole answers are the same one. */
  record(operation: string): VariantRecord {
    const name = operation === 'stream' ? 'complete' : operation
    let record = this.#records.get(name)
    if (record === undefined) this.#records.set(name, (record = new VariantRecord(this.name)))
    return record
  }

  #begin = (call: ProviderCall): Pass => {
    const { clock } = this.#options
    const record = this.record(call.operation)
    const startedAt = clock.now()
    return {
      request: call.request,
      annotate: completion => ({ ...completion, experiment: this.label }),
      onFirstContent: () => {
        record.measure('firstTokenMs', clock.now() - startedAt)
      },
      leave: outcome => {
        if (LLMError.is(outcome.error)) attachExperiment(outcome.error, this.label)
        if (!record.end(outcome, clock.now() - startedAt)) return
        const { result } = outcome
        if (result !== undefined && 'finishReason' in result) void this.#score(result as Completion, call, record)
      },
    }
  }

  /** It is not the caller's concern whether an answer can be scored. */
  async #score(completion: Completion, call: ProviderCall, record: VariantRecord): Promise<void> {
    try {
      record.measure('score', await this.#options.score?.(completion, { ...call, variant: this.name }))
    } catch {
      // See above.
    }
  }
}
