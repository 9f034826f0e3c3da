import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CacheCase } from '../cache-worker.ts'
import { measureCases } from './case-workers.ts'
import type { Part } from './part.ts'

const STORES = [
  { name: 'no cache', store: 'none' },
  { name: 'memoryStore()', store: 'memory' },
  { name: 'fileStore()', store: 'file' },
]

const CASES: readonly { readonly title: string; readonly kind: CacheCase }[] = [
  { title: 'a hit', kind: 'hit' },
  { title: 'after 100 messages, 40 kB', kind: 'long' },
  { title: 'streamed, 50 deltas', kind: 'stream' },
  { title: 'a miss, kept', kind: 'miss' },
]

/** What the cache adds to a host that answers at once, and what it takes in its place. */
export const cache: Part = async ({ quick }) => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cache-'))
  const workers = {
    script: new URL('../cache-worker.ts', import.meta.url),
    contestants: STORES.map(({ store }) => [store, join(folder, 'cache.db')]),
    cases: CASES.map(({ kind }) => kind),
  }
  try {
    const results = await measureCases(workers, quick ? { warmUp: 2, rounds: 5 } : { warmUp: 5, rounds: 31 })
    const rows = STORES.map(({ name }, index) => ({ name, cells: CASES.map(({ kind }) => results[index]?.[kind]) }))
    const columns = CASES.map(({ title }) => title)
    return { title: 'A call through a cache: µs of CPU time', columns, rows, compare: false }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
