import { AbortedError, ConfigurationError, LLMError, TimeoutError, type CallOptions } from '@llm/core'
import type { Clock } from '@llm/core/testing'

/** What a call needs to know besides its request. */
export interface CallSettings {
  readonly clock: Clock
  readonly provider: string
  readonly model: string
}

/** One call under way: everything that it waits for ends with its signal, its time limit, or its reader. */
export class MockCall {
  #settings: CallSettings
  #outer: AbortSignal | undefined
  #timeout: number | undefined
  #deadline: number
  #inner = new AbortController()
  #forward = (): void => {
    this.#inner.abort(this.#outer?.reason)
  }

  constructor(settings: CallSettings, { signal, timeout }: Pick<CallOptions, 'signal' | 'timeout'>) {
    this.#settings = settings
    this.#outer = signal
    this.#timeout = timeout
    this.#deadline = settings.clock.now() + (timeout ?? Infinity)
    if (signal?.aborted === true) this.#forward()
    else signal?.addEventListener('abort', this.#forward, { once: true })
  }

  /** Aborted when the call ends in any way. */
  get signal(): AbortSignal {
    return this.#inner.signal
  }

  /** Waits, and throws where the call ended meanwhile. */
  async sleep(ms: number): Promise<void> {
    this.check()
    if (ms <= 0) return
    const { clock } = this.#settings
    await clock.sleep(Math.min(ms, this.#deadline - clock.now()), this.signal)
    this.check()
  }

  /** Waits for somebody else's work, but no longer than the call may last. */
  async wait<T>(work: () => T | Promise<T>): Promise<T> {
    this.check()
    const done = new AbortController()
    const end = (): void => {
      done.abort()
    }
    this.signal.addEventListener('abort', end, { once: true })
    try {
      const limit = this.#limit(done.signal)
      return await Promise.race([this.#run(work), limit])
    } finally {
      this.signal.removeEventListener('abort', end)
      done.abort()
    }
  }

  /** @throws {@link AbortedError} and {@link TimeoutError} where the call is over. */
  check(): void {
    const { clock, provider, model } = this.#settings
    if (this.#outer?.aborted === true) {
      throw new AbortedError({
        message: 'The call was aborted by its signal.',
        hint: 'Nothing need be done: the caller asked for it.',
        cause: this.#outer.reason,
      })
    }
    if (clock.now() < this.#deadline) return
    throw new TimeoutError({
      message: `${provider}: the call took longer than ${String(this.#timeout)} ms.`,
      hint: 'Raise timeout, or ask for less.',
      timer: 'total',
      provider,
      model,
    })
  }

  /** The typed error for whatever the call threw. */
  error(error: unknown): LLMError {
    if (LLMError.is(error)) return error
    try {
      this.check()
    } catch (over) {
      return over as LLMError
    }
    return thrown(error)
  }

  /** The call is over, however it went. */
  end(): void {
    this.#outer?.removeEventListener('abort', this.#forward)
    this.#inner.abort()
  }

  async #limit(signal: AbortSignal): Promise<never> {
    const { clock } = this.#settings
    try {
      await clock.sleep(this.#deadline - clock.now(), signal)
    } finally {
      this.check()
    }
    throw new Error('The call was ended.')
  }

  async #run<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw LLMError.is(error) ? error : thrown(error)
    }
  }
}

function thrown(error: unknown): LLMError {
  return new ConfigurationError({
    message: `The mock was given a function that threw: ${error instanceof Error ? error.message : String(error)}`,
    hint: 'Correct the function, or have it return fail(...) where it means to fail.',
    cause: error,
  })
}
