import type { AnthropicRequest, WireBlock } from './anthropic-request.ts'

/** Where a prompt is marked to be cached. */
export interface CacheMarks {
  /** The mark at the end of the whole prompt, which the API sets itself. */
  readonly whole: object | undefined
  /** Marks the last block that takes a mark, if the request asks for one after `place`. */
  mark(blocks: readonly Record<string, unknown>[], place: 'tools' | 'system' | number): void
}

/** Reads `providerOptions.anthropic.cache`. Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching */
export function cacheMarks({ messages, options }: AnthropicRequest): CacheMarks {
  if (options.cache === undefined) return { whole: undefined, mark: () => undefined }
  const { ttl, after } = options.cache === 'auto' ? {} : options.cache
  const control = { type: 'ephemeral', ttl }
  const places = new Set(
    after?.map(place => (typeof place === 'number' && place < 0 ? messages.length + place : place)),
  )
  return {
    whole: after === undefined ? control : undefined,
    mark(blocks, place) {
      if (!places.has(place)) return
      const last = blocks.findLast(block => !/thinking$/.test(String((block as WireBlock).type)))
      if (last !== undefined) last['cache_control'] = control
    },
  }
}
