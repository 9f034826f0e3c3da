import { reportedUsage, type Usage } from '@llm/core'
import type { WireUsage } from './wire.ts'

/**
 * What a message used. The API counts cached input apart from other input, and leaves the passes that compact a
 * conversation out of its totals though it bills them: ours include both.
 *
 * Sources: https://platform.claude.com/docs/en/api/messages and
 * https://platform.claude.com/docs/en/build-with-claude/compaction-threshold
 */
export function readUsage(usage: WireUsage): Usage {
  const passes = [usage, ...(usage.iterations ?? []).filter(({ type }) => type === 'compaction')]
  return reportedUsage(
    {
      inputTokens: total(passes, inputOf),
      outputTokens: total(passes, pass => pass.output_tokens),
      cacheReadTokens: total(passes, pass => pass.cache_read_input_tokens),
      cacheWriteTokens: total(passes, pass => pass.cache_creation_input_tokens),
      reasoningTokens: usage.output_tokens_details?.thinking_tokens,
    },
    usage,
  )
}

/** Counts of a later event replace those before, but for fields that it leaves open. */
export function mergeUsage(before: WireUsage, after: WireUsage): WireUsage {
  return { ...before, ...Object.fromEntries(Object.entries(after).filter(([, value]) => value != null)) }
}

function inputOf(pass: WireUsage): number | null | undefined {
  if (pass.input_tokens == null) return undefined
  return pass.input_tokens + (pass.cache_read_input_tokens ?? 0) + (pass.cache_creation_input_tokens ?? 0)
}

/** The sum of what is known; `undefined` where nothing is. */
function total(
  passes: readonly WireUsage[],
  count: (pass: WireUsage) => number | null | undefined,
): number | undefined {
  const known = passes.map(count).filter(value => value != null)
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0)
}
