import {
  checkSettings,
  ConfigurationError,
  silentLogger,
  wrapProvider,
  type CacheMode,
  type Logger,
  type Middleware,
  type ProviderOverrides,
  type SettingsSpec,
} from '@llm/core'
import { CACHE_MODES, type CacheContext } from './cache-context.ts'
import { CachedCompletions, type CompletionFlights } from './cached-completions.ts'
import { CachedCalls, isPlain, type CallFlights } from './cached-calls.ts'
import { CachedEmbeddings, type EmbeddingFlights } from './cached-embeddings.ts'
import { Flights } from './flight/flights.ts'
import { GuardedStore } from './guarded-store.ts'
import { namespacePrefix, type CachedRequests, type KeyFunction, type KeyOptions } from './key/cache-key.ts'
import { SemanticIndex, type SemanticOptions } from './semantic/semantic-index.ts'
import { createCounters, type CacheStats } from './stats.ts'
import { fileStore } from './stores/file-store.ts'
import type { CacheStore } from './stores/store.ts'

/** What {@link cache} takes. */
export interface CacheOptions {
  /** Where answers are kept. Defaults to {@link fileStore}, the file `.llm/cache.db`. */
  readonly store?: CacheStore | undefined
  /**
   * How many milliseconds an answer is good for; `Infinity` until it must make room.
   *
   * @default 86_400_000, a day
   */
  readonly ttlMs?: number | undefined
  /** What calls must be alike in to share an answer. Defaults to everything that can change it. */
  readonly key?: KeyFunction | undefined
  /**
   * Keeps answers apart: of tenants, of versions of an application. A text, or a function of the call.
   *
   * @default 'llm'
   */
  readonly namespace?: KeyOptions['namespace'] | undefined
  /**
   * What the cache does for calls that do not say, in `metadata.cache`.
   *
   * @default 'write'
   */
  readonly mode?: CacheMode | undefined
  /** Finds the answers to questions that were asked in other words. Defaults to not. */
  readonly semantic?: SemanticOptions | undefined
  /**
   * The most milliseconds that a store may take to answer. Then the call goes on without it.
   *
   * @default 1000
   */
  readonly storeTimeout?: number | undefined
  /** Told when the store fails. Defaults to nobody. */
  readonly logger?: Logger | undefined
}

/** Middleware with a memory. Around several providers it is one cache for all of them. */
export interface Cache extends Middleware {
  /** What it has done in this process, and how full its store is. */
  stats(): Promise<CacheStats>
  /** Forgets everything in the store, or in one namespace. */
  clear(namespace?: string): Promise<void>
  /** Forgets what has expired, and says how many entries that were. Stores also do so by themselves. */
  prune(): Promise<number>
  /** Waits for what is being written, and closes the store. Calls after it open it again where it can be. */
  close(): Promise<void>
}

/** What may be of more than one type is checked apart. */
const SPEC: SettingsSpec<Omit<CacheOptions, 'namespace' | 'ttlMs'>> = {
  store: { type: 'record' },
  key: { type: 'function' },
  mode: { type: CACHE_MODES },
  semantic: { type: 'record' },
  storeTimeout: { type: 'ms' },
  logger: { type: 'record' },
}

const DAY = 86_400_000

/**
 * Gives equal calls the answer that was given before, streams as streams. Equal calls under way share one. Kept are whole,
 * good answers alone: no error, no answer that was cut, aborted or filtered, none that waits for a tool, none that does not
 * fit the schema that was asked for. Embeddings are kept text by text; completed code, moderation, rerankings, transcriptions,
 * speech and images as a whole.
 *
 * Put it outside of whatever calls hosts more than once (retry, fallback), and inside of what counts every call. A store
 * that fails is a miss: calls go on.
 *
 * @throws {@link ConfigurationError} for unknown options and a `ttlMs` that is not above 0.
 * @example
 * ```ts
 * import { cache } from '@llm/cache'
 * import { compose, type Provider } from '@llm/core'
 *
 * declare const provider: Provider
 *
 * const cached = cache({ ttlMs: 60 * 60 * 1000 })
 * const stacked = compose(provider, cached)
 * const { text, cache: from } = await stacked.complete({ model: 'any', messages: [{ role: 'user', content: 'Hello!' }] })
 * console.log(text, from, await cached.stats())
 * ```
 */
export function cache(options: CacheOptions = {}): Cache {
  const { namespace = 'llm', ttlMs = DAY, ...rest } = options
  const { key, mode = 'write', storeTimeout = 1000, semantic, ...given } = checkSettings('cache', rest, SPEC)
  checkTtl(ttlMs)
  checkNamespace(namespace)
  const { logger = silentLogger, store = fileStore({ logger }) } = given
  const counters = createCounters()
  const guarded = new GuardedStore({ store, timeoutMs: storeTimeout, counters, logger })
  const context: CacheContext = {
    ...{ store: guarded, counters, logger, key, namespace, mode, ttlMs },
    semantic: semantic && new SemanticIndex(semantic, { store: guarded, timeoutMs: storeTimeout, logger }),
  }
  return Object.assign(createMiddleware(context), {
    stats: async () => ({ ...counters, ...(await guarded.stats()) }),
    clear: async (space?: string) => {
      await guarded.settled()
      context.semantic?.forget()
      await store.clear(space === undefined ? undefined : namespacePrefix(space))
    },
    prune: async () => (await store.prune?.()) ?? 0,
    close: async () => {
      await guarded.settled()
      await store.close?.()
    },
  })
}

/** Calls under way are shared among all providers that it is put around. */
function createMiddleware(context: CacheContext): Middleware {
  const completionFlights: CompletionFlights = new Flights()
  const embeddingFlights: EmbeddingFlights = new Flights()
  const callFlights: CallFlights = new Flights()
  return next => {
    const completions = new CachedCompletions(next, context, completionFlights)
    const embeddings = new CachedEmbeddings(next, context, embeddingFlights)
    const calls = new CachedCalls(next, context, callFlights)
    const around = (name: string, request: unknown, proceed: (request: unknown) => Promise<unknown>) => {
      if (name === 'embed')
        return embeddings.embed(request as CachedRequests['embed'], proceed as typeof next.embed & {})
      return isPlain(name) ? calls.call(name, request as never, proceed as never) : proceed(request)
    }
    return wrapProvider(next, {
      complete: request => completions.complete(request),
      stream: request => completions.stream(request),
      around: around as NonNullable<ProviderOverrides['around']>,
    })
  }
}

function checkTtl(ttlMs: unknown): void {
  if (typeof ttlMs === 'number' && ttlMs > 0) return
  throw new ConfigurationError({
    message: `cache: ttlMs is ${String(ttlMs)}.`,
    hint: 'Give a number of milliseconds above 0, or Infinity.',
  })
}

function checkNamespace(namespace: unknown): void {
  if (typeof namespace === 'string' || typeof namespace === 'function') return
  throw new ConfigurationError({
    message: 'cache: namespace is neither a text nor a function.',
    hint: 'Give a text, or a function that makes one of a call.',
  })
}
