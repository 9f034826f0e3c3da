import type { Attempt, Completion, ExperimentVariant } from '../completion.ts'
import { redact } from '../http/redact.ts'
import { BRAND, safeCause } from './safe-cause.ts'

/** What every error of this library is built from. */
export interface LLMErrorOptions {
  readonly message: string
  /** What to do about it. */
  readonly hint?: string | undefined
  readonly cause?: unknown
  /** Values that neither the message nor the cause may show, whatever they look like: the key that was in use. */
  readonly secrets?: readonly (string | undefined)[] | undefined
}

/**
 * The base of every error that this library throws. `code` tells them apart where `instanceof` cannot (two copies of a
 * package, a worker's edge); `retryable` says whether the same call may succeed later, decided once, at birth.
 *
 * Messages are redacted, and an error holds an allow-list of fields: no key and no prompt can be in it.
 *
 * @example
 * ```ts
 * import { LLMError } from '@llm/core'
 *
 * try {
 *   throw new LLMError({ message: 'It broke.', hint: 'Mend it.' })
 * } catch (error) {
 *   if (LLMError.is(error)) console.error(error.code, error.hint)
 * }
 * ```
 */
export class LLMError extends Error {
  override readonly name: string = 'LLMError'
  /** A stable name for programs, such as `rate_limit`. */
  readonly code: string = 'llm_error'
  /** The same call may succeed if made again. */
  readonly retryable: boolean = false
  /** What to do about it. */
  declare readonly hint?: string
  /** What had arrived of the answer before a stream failed. Left out of JSON and of printed errors. */
  declare readonly partial?: Completion
  /** Every try of the call, where middleware that tries again or elsewhere listed them. The last one ended with this. */
  declare readonly attempts?: readonly Attempt[]
  /** Which variant of an A/B test failed, where the call was in one. */
  declare readonly experiment?: ExperimentVariant

  constructor(options: LLMErrorOptions) {
    const { message, hint, secrets } = options
    const cause = safeCause(options.cause, secrets)
    super(redact(message, secrets), cause === undefined ? undefined : { cause })
    assignDefined(this, { hint: hint === undefined ? undefined : redact(hint, secrets) })
    Object.defineProperty(this, BRAND, { value: true })
  }

  /** Tells whether a value is an error of this library, also across copies of the package. */
  static is(value: unknown): value is LLMError {
    return typeof value === 'object' && value !== null && BRAND in value
  }

  /** The error as data, for logs and queues. */
  toJSON(): object {
    return { ...this, message: this.message }
  }
}

/** Sets the fields that have a value, so that absent ones do not show up as `undefined` when an error is printed. */
export function assignDefined(target: object, fields: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) Object.defineProperty(target, key, { value, enumerable: true, configurable: true })
  }
}

/** Gives an error what had arrived before it. An error that has a partial answer keeps it. */
export function attachPartial(error: LLMError, partial: Completion): void {
  if (error.partial === undefined) Object.defineProperty(error, 'partial', { value: partial, configurable: true })
}

/** Gives an error the tries that led to it. */
export function attachAttempts(error: LLMError, attempts: readonly Attempt[]): void {
  assignDefined(error, { attempts: [...attempts] })
}

/** Tells which variant of an A/B test an error is of. */
export function attachExperiment(error: LLMError, experiment: ExperimentVariant): void {
  assignDefined(error, { experiment })
}
