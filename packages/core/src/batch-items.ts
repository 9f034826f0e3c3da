import type { Batch, BatchItem } from './batches.ts'
import { AbortedError } from './errors/aborted-error.ts'
import { apiError } from './errors/api-error.ts'
import { LLMError } from './errors/llm-error.ts'
import { ValidationError } from './errors/validation-error.ts'

/**
 * What came of one request of a batch: its typed error is kept beside the answers of the others.
 *
 * @example
 * ```ts
 * import { batchItem } from '@llm/core'
 *
 * batchItem(() => 42) // { ok: true, value: 42 }
 * ```
 */
export function batchItem<Result>(read: () => Result): BatchItem<Result> {
  try {
    return { ok: true, value: read() }
  } catch (error) {
    if (LLMError.is(error)) return { ok: false, error }
    throw error
  }
}

/**
 * A request that its batch ended without.
 *
 * @example
 * ```ts
 * import { unansweredItem } from '@llm/core'
 *
 * unansweredItem('expired', 'some-host') // { ok: false, error: a TimeoutError }
 * ```
 */
export function unansweredItem(state: Batch['state'], provider: string): BatchItem<never> {
  const message = `the batch ended as ${state}, without an answer to this request.`
  const hint = 'Put the request into a new batch, or send it by itself.'
  if (state === 'cancelled') return { ok: false, error: new AbortedError({ message: `${provider}: ${message}`, hint }) }
  return { ok: false, error: apiError({ kind: 'timeout', message }, { provider, hint }) }
}

/**
 * Refuses to read the results of a batch that has not ended.
 *
 * @throws {@link ValidationError} where it has not.
 * @example
 * ```ts
 * import { checkBatchEnded } from '@llm/core'
 *
 * checkBatchEnded({ id: 'batch_1', state: 'completed' })
 * ```
 */
export function checkBatchEnded({ id, state }: Batch): void {
  if (state !== 'queued' && state !== 'running' && state !== 'cancelling') return
  throw new ValidationError({
    message: `The batch ${id} has not ended: it is ${state}.`,
    hint: 'Ask for its results when get(id) says that it has.',
    parameter: 'id',
  })
}
