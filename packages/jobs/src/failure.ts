import { isRecord, LLMError, redact, type JsonObject } from '@llm/core'
import type { JobFailure } from './job.ts'

/** How often and how soon failed jobs are tried again. */
export interface RetryPolicy {
  /** The wait after the first failure, in milliseconds. It doubles with each. */
  readonly retryDelayMs: number
  /** The longest such wait. Defaults to ten minutes. */
  readonly longestDelayMs?: number | undefined
}

const LONGEST_DELAY = 600_000
/** Hosts that are too busy want a longer rest. */
const BUSY = 5

/** An error as data. */
export function describeFailure(error: unknown): JobFailure {
  if (LLMError.is(error)) {
    const { name, code, message, hint, retryable } = error
    const known = new Set(['name', 'code', 'message', 'hint', 'retryable'])
    const rest = Object.entries(error.toJSON()).filter(([key]) => !known.has(key))
    const details = JSON.parse(JSON.stringify(Object.fromEntries(rest))) as JsonObject
    return {
      name,
      code,
      message,
      ...(hint !== undefined && { hint }),
      retryable,
      ...(rest.length > 0 && { details }),
    }
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  // What another library throws does not say whether it would be of use to try again.
  return { name, code: 'unknown', message: redact(message), retryable: true }
}

/** Where the process that ran a job is gone, and nobody knows how far it came. */
export const WORKER_LOST: JobFailure = {
  name: 'JobStoreError',
  code: 'worker_lost',
  message: 'The worker that ran the job is gone.',
  hint: 'Look for what ended its process. The job is tried again while it has attempts left.',
  retryable: true,
}

/** Where pg-boss ended an attempt by itself, because it ran for too long. */
const EXPIRED: JobFailure = {
  name: 'TimeoutError',
  code: 'timeout',
  message: 'The attempt took longer than the timeout of the job.',
  retryable: true,
}

/** The failure that stands in a job's row: ours, or what pg-boss wrote by itself. */
export function readFailure(output: unknown): JobFailure | undefined {
  if (!isRecord(output)) return undefined
  if (isRecord(output['error'])) return output['error'] as unknown as JobFailure
  const { value } = output
  if (!isRecord(value) || typeof value['message'] !== 'string') return undefined
  return value['message'].includes('heartbeat') ? WORKER_LOST : EXPIRED
}

/** How long to wait before the next attempt, in milliseconds: what the host says, or longer. Absent: there is none. */
export function retryDelay(failure: JobFailure, attempts: number, policy: RetryPolicy): number | undefined {
  const { code, retryable, details } = failure
  if (!retryable) return undefined
  const { retryDelayMs, longestDelayMs = LONGEST_DELAY } = policy
  const asked = Number(details?.['retryAfterMs'] ?? 0)
  const busy = code === 'rate_limit' || code === 'overloaded' ? BUSY : 1
  const full = Math.min(longestDelayMs, retryDelayMs * busy * 2 ** Math.max(0, attempts - 1))
  // Jobs that failed together should not come back together.
  return Math.max(asked, full * (0.5 + Math.random() / 2))
}
