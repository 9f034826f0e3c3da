import { ValidationError, type CacheMode, type Logger, type RequestMetadata } from '@llm/core'
import type { GuardedStore } from './guarded-store.ts'
import { cacheKey, type CacheCall, type KeyOptions } from './key/cache-key.ts'
import type { SemanticIndex } from './semantic/semantic-index.ts'
import type { Counters } from './stats.ts'

/** What all that a cache does has in common. */
export interface CacheContext extends KeyOptions {
  readonly store: GuardedStore
  readonly counters: Counters
  readonly logger: Logger
  readonly mode: CacheMode
  readonly ttlMs: number
  readonly semantic?: SemanticIndex | undefined
}

/** What the cache may do for a call. */
export interface Access {
  readonly reads: boolean
  readonly writes: boolean
}

const MODES: Readonly<Record<CacheMode, Access>> = {
  write: { reads: true, writes: true },
  read: { reads: true, writes: false },
  refresh: { reads: false, writes: true },
  off: { reads: false, writes: false },
}

/** The modes that there are. */
export const CACHE_MODES: readonly string[] = Object.keys(MODES)

/** What of a call says whether it may be looked up. */
interface Cacheable {
  readonly metadata?: RequestMetadata | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * What the cache may do for a call; `undefined` where it may do nothing.
 *
 * @throws {@link ValidationError} for a mode that does not exist.
 */
export function accessOf(mode: CacheMode, { metadata, signal }: Cacheable): Access | undefined {
  const own = metadata?.cache ?? mode
  if (!Object.hasOwn(MODES, own)) {
    throw new ValidationError({
      message: `The cache has no mode ${JSON.stringify(own)}.`,
      hint: `Use one of: ${CACHE_MODES.join(', ')}.`,
      parameter: 'metadata.cache',
    })
  }
  const access = MODES[own]
  return (access.reads || access.writes) && signal?.aborted !== true ? access : undefined
}

/** The key of a call. One that cannot be made (a schema that is none) leaves the call to the provider, which says why. */
export function keyOf(context: CacheContext, call: () => CacheCall): string | undefined {
  try {
    return cacheKey(call(), context)
  } catch (error) {
    context.logger.debug({ reason: String(error) }, 'A call has no key and is not cached.')
    return undefined
  }
}

/** When what is kept now is no longer true. */
export function expiryOf({ ttlMs }: CacheContext): number | undefined {
  return Number.isFinite(ttlMs) ? Date.now() + ttlMs : undefined
}
