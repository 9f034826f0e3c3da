import type { CacheClient, PromptCache } from '@llm/core'
import type { Clock } from '@llm/core/testing'
import { countTokens } from './count-tokens.ts'
import { notFound } from './files.ts'

const TTL_MS = 3_600_000

/** Prompt caches in memory. The answers of the mock are what they are without one. */
export function createCaches(provider: string, clock: Clock): CacheClient {
  const caches = new Map<string, PromptCache & { readonly expires: number }>()
  let count = 0
  const keep = (cache: PromptCache, ttlMs: number): PromptCache => {
    const expires = clock.now() + ttlMs
    const expiresAt = new Date(expires).toISOString()
    caches.set(cache.id, { ...cache, expires, expiresAt })
    return { ...cache, expiresAt }
  }
  const find = (id: string): PromptCache => {
    const { expires = 0, ...cache } = caches.get(id) ?? {}
    if (!('id' in cache) || expires <= clock.now()) throw notFound(provider, `cache ${id}`)
    return cache
  }
  return {
    create: async ({ model, messages, tools, ttlMs = TTL_MS }) => {
      const { inputTokens: tokens } = countTokens({ model, messages, tools })
      return keep({ id: `cache-${String(++count)}`, model, tokens }, ttlMs)
    },
    get: async id => find(id),
    list: async () => [...caches.values()].filter(({ expires }) => expires > clock.now()).map(({ id }) => find(id)),
    extend: async (id, { ttlMs }) => keep(find(id), ttlMs),
    delete: async id => {
      caches.delete(find(id).id)
    },
  }
}
