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

/** What went wrong is not known here, and rows wait. */
export function unwritten(cause: unknown): StoreError {
  const hint = 'Look at the cause. Rows wait in memory, and are tried again.'
  return new StoreError({ message: 'The ledger could not be written.', hint, cause })
}

/** The database takes everything but this row. */
export function refused(database: string, cause: unknown): StoreError {
  const hint = 'Please report it. The row is dropped, so that the others are written.'
  return new StoreError({ message: `${database} refuses a row of the ledger.`, hint, cause, retryable: false })
}
