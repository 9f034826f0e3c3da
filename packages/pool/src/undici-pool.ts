import { LONGEST_TIMER } from '@llm/core'
import type * as Undici from 'undici'
import type { Dispatcher, Pool, RequestInit as UndiciInit } from 'undici'
import type { Connections, PoolOptions, PoolStats } from './pooled-fetch.ts'

/**
 * Opens a pool of undici's, with undici's own `fetch`: dispatchers of this version work with the runtime's only for HTTP/1.1,
 * behind a wrapper. See https://github.com/nodejs/undici/issues/4989
 */
export async function openUndiciPool(options: PoolOptions): Promise<Connections> {
  const undici = await load()
  const pools = new Set<Pool>()
  const agent = new undici.Agent({
    ...agentOptions(options),
    // An agent forgets its pools when it closes, and has to break them off when they take too long.
    factory: (origin, given) => {
      for (const pool of pools) if (pool.destroyed) pools.delete(pool)
      const pool = new undici.Pool(origin, given)
      pools.add(pool)
      return pool
    },
  })
  return {
    fetch: async (input, init) => {
      const [url, rest] = readCall(input, init)
      // A connection counts as busy until the turn after its answer: the next call of a row would open a second one.
      await new Promise(setImmediate)
      const sent = { ...rest, body: copyForm(undici, rest.body), dispatcher: agent } as UndiciInit
      return (await undici.fetch(url, sent)) as unknown as Response
    },
    get stats() {
      return sum([...pools].map(({ stats }) => stats))
    },
    close: () => drain(agent, pools, options.drainTimeout ?? 30_000),
  }
}

/** The dispatcher of the runtime's `fetch`, which other code of the application may have chosen. */
const GLOBAL_DISPATCHER = Symbol.for('undici.globalDispatcher.1')

/** Loading undici puts its own dispatcher under the runtime's `fetch`. That is not ours to change. */
async function load(): Promise<typeof Undici> {
  const before = Object.getOwnPropertyDescriptor(globalThis, GLOBAL_DISPATCHER)
  const undici = await import('undici')
  if (Object.hasOwn(globalThis, GLOBAL_DISPATCHER)) Reflect.set(globalThis, GLOBAL_DISPATCHER, before?.value)
  return undici
}

function agentOptions(options: PoolOptions): Undici.Agent.Options {
  const { connections, http2 = true, streams = 100, keepAliveTimeout = 30_000, connectTimeout = 10_000, tls } = options
  return {
    connections: connections ?? null,
    allowH2: http2,
    h2Options: { maxConcurrentStreams: streams },
    // Undici takes no 0 for not at all.
    keepAliveTimeout: Math.max(1, timer(keepAliveTimeout)),
    connect: { ...tls, timeout: timer(connectTimeout) },
    // How long an answer may take is the caller's to say: a model may think for longer than any default.
    headersTimeout: 0,
    bodyTimeout: 0,
  }
}

/** A `Request` of the runtime's is of another class than undici's: what it consists of is the same. */
function readCall(input: string | URL | Request, init: RequestInit = {}): readonly [string | URL, RequestInit] {
  if (typeof input === 'string' || input instanceof URL) return [input, init]
  const { url, method, headers, body, signal, redirect } = input
  return [url, { method, headers, body, signal, redirect, ...(body && { duplex: 'half' }), ...init }]
}

/** So is a form; its files are not copied. */
function copyForm({ FormData: Form }: typeof Undici, body: unknown): unknown {
  if (!(body instanceof globalThis.FormData)) return body
  const copy = new Form()
  for (const [name, value] of body) copy.append(name, value)
  return copy
}

async function drain(agent: Dispatcher, pools: ReadonlySet<Pool>, timeout: number): Promise<void> {
  const late = setTimeout(() => {
    for (const pool of pools) void pool.destroy(new Error('The provider was closed before the call had ended'))
  }, timer(timeout))
  try {
    await agent.close()
  } finally {
    clearTimeout(late)
  }
}

/** As long as may be, where no end is wanted. */
function timer(ms: number): number {
  return Math.min(ms, LONGEST_TIMER)
}

function sum(pools: readonly Pool['stats'][]): PoolStats {
  const total = (count: (pool: Pool['stats']) => number): number => pools.reduce((so, pool) => so + count(pool), 0)
  return {
    connections: total(({ connected }) => connected),
    running: total(({ running }) => running),
    waiting: total(({ queued }) => queued),
  }
}
