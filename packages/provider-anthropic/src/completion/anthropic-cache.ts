import type { AnthropicCache, AnthropicOptions } from '../options.ts'

/** Where a prompt is marked to be cached. */
export interface CacheMarks {
  /** The mark at the end of the whole prompt, which the API sets itself. */
  readonly whole: object | undefined
  /** Marks the last block that takes a mark, if the request asks for one after any of the places. */
  mark(blocks: readonly Record<string, unknown>[], ...places: readonly CachePlace[]): void
}

type CachePlace = NonNullable<AnthropicCache['after']>[number]

/** Reads `providerOptions.anthropic.cache`. Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching */
export function cacheMarks({ cache }: AnthropicOptions): CacheMarks {
  if (cache === undefined) return { whole: undefined, mark: () => undefined }
  const { ttl, after } = cache === 'auto' ? {} : cache
  const control = { type: 'ephemeral', ttl }
  return {
    whole: after === undefined ? control : undefined,
    mark(blocks, ...places) {
      if (!places.some(place => after?.includes(place))) return
      const last = blocks.findLast(({ type }) => type !== 'thinking' && type !== 'redacted_thinking')
      if (last !== undefined) last['cache_control'] = control
    },
  }
}
