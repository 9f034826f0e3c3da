import { LLMError, type LLMErrorOptions } from '@llm/core'

/**
 * The jobs' database could not be opened, read or written. Jobs that were started are still there.
 *
 * @example
 * ```ts
 * import { createJobs, JobStoreError } from '@llm/jobs'
 *
 * const jobs = createJobs({ folder: './jobs' })
 * try {
 *   await jobs.ready()
 * } catch (error) {
 *   if (error instanceof JobStoreError) console.error(error.hint)
 * }
 * ```
 */
export class JobStoreError extends LLMError {
  override readonly name: string = 'JobStoreError'
  override readonly code: string = 'job_store'
  override readonly retryable: boolean

  constructor(options: LLMErrorOptions & { readonly retryable?: boolean | undefined }) {
    super(options)
    this.retryable = options.retryable ?? true
  }
}

/** Passes on errors of this library; any other came from the database. */
export function storeError(cause: unknown): LLMError {
  if (LLMError.is(cause)) return cause
  return new JobStoreError({
    message: 'The database of the jobs cannot be reached, or refused a query.',
    hint: 'Check that it runs, its address and its rights. Jobs that were started are kept in it.',
    cause,
  })
}
