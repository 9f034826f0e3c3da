import type { ConnectionOptions } from 'node:tls'
import { checkOptions, ConfigurationError, lazy } from '@llm/core'

/** How {@link pooledFetch} connects. */
export interface PoolOptions {
  /** The most connections to one origin (scheme, host and port); calls beyond them wait. Defaults to no limit. */
  readonly connections?: number | undefined
  /**
   * Speak HTTP/2 with hosts that offer it over TLS, many calls to a connection; HTTP/1.1 with all others.
   *
   * @default true
   */
  readonly http2?: boolean | undefined
  /**
   * The most calls at a time on one HTTP/2 connection; the next opens another one, up to `connections`. A host may set less.
   *
   * @default 100
   */
  readonly streams?: number | undefined
  /**
   * Milliseconds that a connection without a call is kept, where the host does not say how long it keeps it itself.
   *
   * @default 30_000
   */
  readonly keepAliveTimeout?: number | undefined
  /**
   * Milliseconds until a connection must stand, TLS included.
   *
   * @default 10_000
   */
  readonly connectTimeout?: number | undefined
  /**
   * Milliseconds that closing waits for the calls under way; it breaks off what is left then.
   *
   * @default 30_000
   */
  readonly drainTimeout?: number | undefined
  /** Whom to trust (`ca`, instead of the well-known authorities), and a certificate of one's own. */
  readonly tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'passphrase'> | undefined
}

/** What a pool does at the moment, over all origins. */
export interface PoolStats {
  /** Connections that are open. */
  readonly connections: number
  /** Calls under way. */
  readonly running: number
  /** Calls that wait for a connection. */
  readonly waiting: number
}

/** A `fetch` with connections of its own. */
export type PooledFetch = typeof globalThis.fetch & {
  /** What it does at the moment; nothing before the first call, and on runtimes that pool by themselves. */
  readonly stats: PoolStats
  /** Refuses new calls, waits for those under way (at most `drainTimeout`), and closes the connections. */
  close(): Promise<void>
}

/** Where calls go. */
export interface Connections {
  readonly fetch: typeof globalThis.fetch
  readonly stats: PoolStats
  close(): Promise<void>
}

/**
 * A `fetch` with a pool of connections of its own, for a provider's settings: how many there are, how long idle ones are
 * kept, and HTTP/2 are yours to say, and closing the provider drains and closes them. It has no time limits on answers, which
 * are the concern of `timeout` and of the middleware `timeouts`; the runtime's own `fetch` gives up after five minutes of
 * silence.
 *
 * Give each provider its own: closing one of those that share a pool closes it for all. A provider's backups share its pool.
 *
 * The pool is undici's, loaded at the first call, on Node. Bun, Deno, browsers and Workers pool connections by themselves:
 * there it is their `fetch`, which a closed pool refuses to call.
 *
 * @throws {@link ConfigurationError} for an option that does not exist or is of a wrong kind; for a call after closing.
 * @example
 * ```ts
 * import { pooledFetch } from '@llm/pool'
 * import type { Provider, ProviderSettings } from '@llm/core'
 *
 * declare function openai(settings: ProviderSettings): Provider
 *
 * const provider = openai({ fetch: pooledFetch({ connections: 64, keepAliveTimeout: 60_000 }) })
 * await provider.complete({ model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Hi' }] })
 * await provider.close?.() // waits for calls under way, then closes the connections
 * ```
 */
export function pooledFetch(options: PoolOptions = {}): PooledFetch {
  const given = readOptions(options)
  const state: { pool?: Connections; closing?: Promise<void> } = {}
  const open = lazy(async () => (state.pool ??= await openPool(given)))
  const fetch: typeof globalThis.fetch = async (input, init) => {
    refuseWhen(state.closing)
    const pool = await open()
    refuseWhen(state.closing)
    return pool.fetch(input, init)
  }
  const close = (): Promise<void> => (state.closing ??= state.pool?.close() ?? Promise.resolve())
  const stats: PropertyDescriptor = { get: () => state.pool?.stats ?? IDLE, enumerable: true }
  return Object.defineProperties(fetch, { close: { value: close, enumerable: true }, stats }) as PooledFetch
}

const IDLE: PoolStats = { connections: 0, running: 0, waiting: 0 }

function readOptions(options: PoolOptions): PoolOptions {
  checkOptions('pooledFetch', options, {
    connections: 'count',
    http2: 'other',
    streams: 'count',
    keepAliveTimeout: 'ms',
    connectTimeout: 'ms',
    drainTimeout: 'ms',
    tls: 'other',
  })
  return Object.freeze({ ...options })
}

function refuseWhen(closing: Promise<void> | undefined): void {
  if (closing === undefined) return
  throw new ConfigurationError({
    message: 'The connections of this provider are closed.',
    hint: 'Make a new provider, with a pool of its own, or close this one when its last call has been made.',
  })
}

async function openPool(options: PoolOptions): Promise<Connections> {
  if (isNode()) return (await import('./undici-pool.ts')).openUndiciPool(options)
  const { fetch } = globalThis
  return { fetch: (input, init) => fetch(input, init), stats: IDLE, close: () => Promise.resolve() }
}

/** Bun and Deno call themselves Node too, and name themselves beside it. */
function isNode(): boolean {
  const { versions = {} } =
    (globalThis as { process?: { versions?: Record<string, string | undefined> } }).process ?? {}
  return versions['node'] !== undefined && versions['bun'] === undefined && versions['deno'] === undefined
}
