import { CircuitBreaker, ConfigurationError, LLMError, type Clock, type Logger } from '@llm/core'
import { LimitsUnavailableError } from './limits-unavailable-error.ts'

/** What a {@link Connection} is made with. */
export interface ConnectionOptions {
  /** The service, as messages name it. */
  readonly name: string
  /** Loads the service's client: at the first question, and not in its time. */
  readonly load: () => Promise<unknown>
  readonly timeout: number
  readonly logger: Logger
  /** What happens meanwhile, in words. */
  readonly consequence: string
  /** What no message may show. */
  readonly secrets: readonly string[]
  readonly clock?: Clock | undefined
}

/** How long a service is left alone that did not answer. */
const COOL_DOWN_MS = 1000

/** Asks a service that may be gone: with a deadline, and no more than once in a while as long as it does not answer. */
export class Connection {
  #options: ConnectionOptions
  #breaker: CircuitBreaker
  #lost = false
  #closed = false
  #asking: Set<Promise<unknown>> = new Set()

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#breaker = new CircuitBreaker({ coolDownMs: COOL_DOWN_MS, clock: options.clock })
  }

  get lost(): boolean {
    return this.#lost
  }

  /**
   * Asks, if that has any prospect.
   *
   * @throws {@link LimitsUnavailableError} where the service does not answer; what is configured wrongly as it is.
   */
  async ask<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed)
      throw new ConfigurationError({
        message: 'The limits were closed.',
        hint: 'Close the limits after the last call: on shutdown, not after each call.',
      })
    if (!this.#breaker.tryAcquire()) throw this.#unavailable(undefined)
    const asking = this.#ask(work)
    this.#asking.add(asking)
    try {
      return await asking
    } finally {
      this.#asking.delete(asking)
    }
  }

  /** Waits for the answers that are still to come. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#asking)
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      await this.#options.load()
      const answer = await within(this.#options.timeout, work)
      this.#breaker.succeed()
      this.#found()
      return answer
    } catch (error) {
      if (LLMError.is(error)) {
        this.#breaker.release()
        throw error
      }
      this.#breaker.fail()
      throw this.#lose(error)
    }
  }

  #lose(cause: unknown): LimitsUnavailableError {
    const error = this.#unavailable(cause)
    if (!this.#lost) {
      const { logger, name, consequence } = this.#options
      const why = error.cause instanceof Error && error.cause.message !== '' ? ` (${error.cause.message})` : ''
      logger.warn(
        { code: error.code, cause: error.cause },
        `The limits in ${name} do not answer${why}: ${consequence}.`,
      )
    }
    this.#lost = true
    return error
  }

  #found(): void {
    if (this.#lost) this.#options.logger.info({}, `The limits in ${this.#options.name} answer again.`)
    this.#lost = false
  }

  #unavailable(cause: unknown): LimitsUnavailableError {
    const { name, secrets } = this.#options
    return new LimitsUnavailableError({
      message: `The limits in ${name} do not answer.`,
      hint: 'Check the service and the connection to it. Nothing was sent.',
      cause,
      secrets,
    })
  }
}

async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const late = (): void => {
    reject(new Error(`There was no answer within ${String(ms)} ms.`))
  }
  // A process that was busy has answers to read first.
  const timer = setTimeout(() => setImmediate(() => setImmediate(late)), ms)
  try {
    return await Promise.race([work(), promise])
  } finally {
    clearTimeout(timer)
  }
}
