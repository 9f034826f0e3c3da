import type { JsonValue } from './json.ts'

/**
 * What a call used, in tokens. Totals include everything; the buckets below them are disjoint parts of a total. A number
 * that the host did not give is `undefined`, never 0.
 */
export interface Usage {
  /** All input tokens, those read from and written to the prompt cache included, on every host. */
  readonly inputTokens?: number
  /** All output tokens, reasoning included. */
  readonly outputTokens?: number
  /** Input and output together. */
  readonly totalTokens?: number
  /** Input tokens that came from the host's prompt cache. */
  readonly cacheReadTokens?: number
  /** Input tokens that were written to the host's prompt cache. */
  readonly cacheWriteTokens?: number
  /** Output tokens spent on reasoning. */
  readonly reasoningTokens?: number
  readonly inputAudioTokens?: number
  readonly outputAudioTokens?: number
  readonly inputImageTokens?: number
  readonly outputImageTokens?: number
  /** What the host sent, unchanged. */
  readonly raw?: JsonValue
  /** Whether the host counted or this library guessed. */
  readonly source: 'reported' | 'estimated'
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Counter = Exclude<keyof Usage, 'raw' | 'source'>

/**
 * Builds a {@link Usage} from what a host reported: absent, `null` and non-numeric counts are left out, and the total is
 * summed where the host leaves it to the reader.
 *
 * @example
 * ```ts
 * import { reportedUsage } from '@llm/core'
 *
 * reportedUsage({ inputTokens: 10, outputTokens: 5, reasoningTokens: null })
 * // { inputTokens: 10, outputTokens: 5, totalTokens: 15, source: 'reported' }
 * ```
 */
export function reportedUsage(counts: Partial<Record<Counter, unknown>>, raw?: unknown): Usage {
  const usage: Mutable<Usage> = { source: 'reported' }
  // Streams may report with every event, and this loop takes half the time of one over Object.keys().
  for (const key in counts) {
    const count = counts[key as Counter]
    if (typeof count === 'number' && Number.isFinite(count)) usage[key as Counter] = count
  }
  if (usage.totalTokens === undefined && usage.inputTokens !== undefined && usage.outputTokens !== undefined) {
    usage.totalTokens = usage.inputTokens + usage.outputTokens
  }
  if (raw !== undefined) usage.raw = raw as JsonValue
  return usage
}
