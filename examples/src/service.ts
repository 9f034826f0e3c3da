import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cache, fileStore } from '@llm/cache'
import { gpt } from '@llm/client-gpt'
import { retry } from '@llm/core'
import { fail, mock } from '@llm/provider-mock'
import { openai } from '@llm/provider-openai'
import { createService, type ServiceRequest } from '@llm/service'
import { createStore } from '@llm/store'

/** An application's view: calls as data, answers as data, each with its row in the ledger, and equal ones from the cache. */
const scripted = mock({ replies: [fail('overloaded'), 'Mars.', 'Saturn.'] })
const folder = await mkdtemp(join(tmpdir(), 'llm-service-'))
const store = createStore({ url: join(folder, 'ledger.db') })

const service = createService({
  providers: { main: process.env['OPENAI_API_KEY'] === undefined ? scripted : openai() },
  store,
  cache: cache({ store: fileStore({ path: join(folder, 'cache.db') }) }),
  prices: { mock: { '*': { input: 1, output: 5 } } },
  middleware: [retry()],
  family: model => (model.startsWith('gpt') ? gpt : undefined),
})

// As it may come from a queue or a route: plain data.
const ask = (prompt: string): ServiceRequest => ({ provider: 'main', model: 'gpt-6-luna', prompt, userId: 'ada' })
for (const request of [ask('Which planet is red?'), ask('Which planet is red?'), ask('Which has rings?')]) {
  const result = await service.tryExecute(request)
  if (!result.ok) console.log(result.error.code, result.error.hint)
  else if (result.response.kind === 'text') console.log(result.response.text)
}
const refused = await service.tryExecute({ ...ask('Hi'), provider: 'other' })
if (!refused.ok) console.log(`${refused.error.code}: ${refused.error.hint ?? ''}`)

await store.flush()
const { items } = await store.requests.byUserId('ada')
for (const { cache, attemptCount, cost = 0 } of items.toReversed()) {
  console.log(`${cache ?? 'no cache'}, ${String(attemptCount)} tries, ${cost.toFixed(6)} dollars`)
}
await service.close()
await rm(folder, { recursive: true })
