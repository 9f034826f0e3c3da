import type { LLMError } from '../../errors/llm-error.ts'

/** What makes something that is paid for or kept each time, and that nobody can tell from the one before. */
const JOBS: ReadonlySet<string> = new Set([
  'generateImage',
  'streamImage',
  'generateSpeech',
  'streamSpeech',
  'generateVideo',
  'batches.create',
  'embeddingBatches.create',
  'files.upload',
  'vectorStores.create',
])

/** The host said that it has not begun. After any other error it may have. */
const REFUSED: ReadonlySet<string> = new Set(['rate_limit', 'overloaded'])

/** Whether a call that failed may be made again without anything being made, and paid for, twice. */
export function mayRepeat(operation: string, error: LLMError, idempotencyKey?: string): boolean {
  return !JOBS.has(operation) || idempotencyKey !== undefined || REFUSED.has(error.code)
}
