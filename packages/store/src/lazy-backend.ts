import { lazy, LLMError } from '@llm/core'
import type { StoreBackend } from './backend.ts'
import { StoreError } from './store-error.ts'

/** A backend that is loaded and opened at its first use. An opening that failed is tried again at the next. */
export class LazyBackend {
  #opened: () => Promise<StoreBackend>
  #backend: StoreBackend | undefined
  #closed = false

  constructor(backend: StoreBackend | (() => Promise<StoreBackend>)) {
    const load = lazy(() => (typeof backend === 'function' ? backend() : backend))
    this.#opened = lazy(async () => {
      this.#backend = await load()
      await this.#backend.open()
      return this.#backend
    })
  }

  /** @throws {@link LLMError} alone, whatever the backend throws. */
  async run<T>(use: (backend: StoreBackend) => Promise<T>): Promise<T> {
    if (this.#closed) {
      throw new StoreError({ message: 'The store is closed.', hint: 'Make another one.', retryable: false })
    }
    try {
      return await use(await this.#opened())
    } catch (cause) {
      const known = LLMError.is(cause) ? cause : this.#backend?.explain?.(cause)
      if (known !== undefined) throw known
      throw new StoreError({
        message: 'The ledger cannot be reached.',
        hint: 'The cause says why. Calls go on, and their rows wait to be written.',
        cause,
      })
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#backend?.close().catch(() => undefined)
  }
}
