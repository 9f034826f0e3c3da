import { strict as assert } from 'node:assert'
import { readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { cache, fileStore } from '@llm/cache'
import { gpt } from '@llm/client-gpt'
import { compose, retry } from '@llm/core'
import { createJobs } from '@llm/jobs'
import { mock } from '@llm/provider-mock'
import { openai } from '@llm/provider-openai'
import { createStore, track } from '@llm/store'

// Runs in a project that has installed the packed packages: what users get, and not the sources.

const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'))
const require = createRequire(import.meta.url)
for (const name of Object.keys(dependencies)) {
  const exported = await import(name)
  assert.ok(Object.keys(exported).length > 0, name)
  // CommonJS gets the very same, and no second copy.
  assert.equal(require(name), exported, name)
}

const store = createStore({ url: './ledger.db' })
const kept = cache({ store: fileStore({ path: './cache.db' }) })
const host = mock({ replies: ['Mars.', 'They agreed.'] })
const provider = compose(host, track(store), kept, retry())
const client = gpt('gpt-6-luna', { provider })
let text = ''
for await (const piece of client.stream('Which planet is red?').textStream) text += piece
assert.equal(text, 'Mars.')
assert.equal((await client.complete('Which planet is red?')).cache, 'hit')

// The official SDK is loaded, and fails as it must where nobody listens.
const failed = await gpt('gpt-6-luna', {
  provider: openai({ apiKey: 'x', baseURL: 'http://127.0.0.1:9/v1' }),
}).tryComplete('Hi')
assert.equal(failed.ok ? undefined : failed.error.code, 'connection')

const jobs = createJobs({ folder: './jobs', pollMs: 50 })
await jobs.work({ providers: { host: provider } })
const messages = [{ role: 'user', content: 'Sum up the minutes.' }]
const { result } = await jobs.wait(await jobs.startJob({ provider: 'host', request: { model: 'any', messages } }))
assert.equal(result?.text, 'They agreed.')

await store.flush()
assert.equal((await store.requests.usage()).total.requests, 3)
await jobs.close()
await kept.close()
await store.close()
await rm('./jobs', { recursive: true })
