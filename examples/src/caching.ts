import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cache, fileStore } from '@llm/cache'
import { gpt } from '@llm/client-gpt'
import { compose } from '@llm/core'
import { mock } from '@llm/provider-mock'

/** Answers that were given before, from a file: against the mock, so without a key and a network. */
const folder = mkdtempSync(join(tmpdir(), 'caching-'))
const cached = cache({
  store: fileStore({ path: join(folder, 'cache.db') }),
  ttlMs: 60 * 60 * 1000,
  // Questions in other words: the vectors of the mock are near where texts share words.
  semantic: { embedder: mock(), model: 'text-embedding-3-small', threshold: 0.95 },
})
const host = mock({ replies: ['Mars is red.', 'Mars is as red as rust.', 'Saturn has rings.'] })
const client = gpt('gpt-5-mini', { provider: compose(host, cached) })

const first = await client.complete('Which planet in our solar system is red?')
console.log(`${String(first.cache)}: ${first.text}`)

const stream = client.stream('Which planet in our solar system is red?')
for await (const text of stream.textStream) process.stdout.write(`[${text}]`)
const { cache: from, cost } = await stream.completion()
console.log(` ${String(from)}, ${String(cost?.total)} dollars`)

const other = await client.complete('Which red planet is in our solar system?')
console.log(`${String(other.cache)}, asked in other words: ${other.text}`)

const metadata = { cache: 'refresh' } as const
const fresh = await client.complete('Which planet in our solar system is red?', { metadata })
console.log(`${String(fresh.cache)}, as it was told to: ${fresh.text}`)

/** Equal calls under way share one. */
const both = await Promise.all([client.complete('Which has rings?'), client.complete('Which has rings?')])
console.log(both.map(({ text, cache }) => `${String(cache)}: ${text}`).join(', '))

const { hits, semanticHits, misses, savedTokens } = await cached.stats()
console.log(`${String(hits)} hits (${String(semanticHits)} in other words), ${String(misses)} misses`)
console.log(`${String(savedTokens)} tokens saved, ${String(host.requests.length)} calls made`)
await cached.close()
rmSync(folder, { recursive: true })
