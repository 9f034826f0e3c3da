import { LLMError, type LLMErrorOptions } from '@llm/core'

/**
 * The ledger could not be read or written. Calls go on without it.
 *
 * @example
 * ```ts
 * import { createStore, StoreError } from '@llm/store'
 *
 * const store = createStore()
 * try {
 *   await store.ready()
 * } catch (error) {
 *   if (error instanceof StoreError) console.error(error.hint)
 * }
 * ```
 */
export class StoreError extends LLMError {
  override readonly name: string = 'StoreError'
  override readonly code: string = 'store'
  override readonly retryable: boolean

  constructor(options: LLMErrorOptions & { readonly retryable?: boolean | undefined }) {
    super(options)
    this.retryable = options.retryable ?? true
  }
}
