import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cache, fileStore, postgresStore } from '@llm/cache'
import { budget, compose, rateLimit } from '@llm/core'
import { createJobs } from '@llm/jobs'
import { sharedLimits } from '@llm/limits'
import { mock } from '@llm/provider-mock'
import { createStore, track } from '@llm/store'

/** Ledger, cache, limits and jobs: in files and in memory, or all in PostgreSQL once DATABASE_URL says where that is. */
const url = process.env['DATABASE_URL']
const folder = await mkdtemp(join(tmpdir(), 'llm-'))

const store = createStore({ url: url ?? join(folder, 'ledger.db') })
const answers = cache({
  store: url === undefined ? fileStore({ path: join(folder, 'cache.db') }) : postgresStore({ url }),
})
const limits = url === undefined ? undefined : sharedLimits({ url })
const jobs = createJobs(url === undefined ? { folder: join(folder, 'jobs') } : { url })

const host = mock({ replies: ['Mars.', 'They agreed.'] })
const provider = compose(
  host,
  track(store),
  answers,
  budget({ maxTokens: 100_000, window: 'day', key: 'user', store: limits?.budgets }),
  rateLimit({ rpm: 500, store: limits?.rateLimits }),
)

const ask = (content: string) => ({ model: 'any', messages: [{ role: 'user' as const, content }] })
for (let time = 0; time < 2; time += 1) {
  const { text, cache: from } = await provider.complete({ ...ask('Which planet is red?'), metadata: { userId: 'ada' } })
  console.log(text, from)
}

await jobs.work({ providers: { host: provider } })
const id = await jobs.startJob({ provider: 'host', request: ask('Sum up the minutes.'), userId: 'ada' })
const job = await jobs.wait(id)
console.log(job.state, job.operation === 'complete' && job.result?.text)

await store.flush()
const { total } = await store.requests.usage({ userId: 'ada' })
console.log(`${String(total.requests)} requests of ada, kept in ${url === undefined ? 'files' : 'PostgreSQL'}`)

await jobs.close()
await provider.close?.()
await answers.close()
await limits?.close()
await store.close()
await rm(folder, { recursive: true })
