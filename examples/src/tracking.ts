import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { budget, compose, retry, type Provider } from '@llm/core'
import { withCost } from '@llm/cost'
import { fail, mock } from '@llm/provider-mock'
import { createStore, track } from '@llm/store'

/** A ledger in a file: who asked for what, what came of it, how long it took and what it cost. No key, no network. */
const folder = await mkdtemp(join(tmpdir(), 'llm-tracking-'))
const store = createStore({ url: join(folder, 'ledger.db') })

const host = mock({
  replies: [
    { text: 'Mars.', usage: { inputTokens: 1000, outputTokens: 10 } },
    fail(529),
    { text: 'Saturn has rings.', usage: { inputTokens: 2000, outputTokens: 20 } },
    { text: 'Venus.', usage: { inputTokens: 500, outputTokens: 5 } },
  ],
})
const provider: Provider = compose(
  host,
  track(store, { content: 'stored', redact: json => json.replaceAll('Ada', '[name]') }),
  budget({ maxTokens: 6000, window: 'day', key: 'user', store: store.budgets }),
  retry({ baseDelayMs: 1 }),
  withCost({ prices: { mock: { '*': { input: 1, output: 4 } } } }),
)

const ask = async (content: string, userId: string): Promise<void> => {
  const messages = [{ role: 'user' as const, content }]
  await provider.stream({ model: 'any', messages, metadata: { userId, tags: ['planets'] } }).completion()
}
await ask('Ada asks: which planet is red?', 'ada')
await ask('Which one has rings?', 'ada')
await ask('And which one is hot?', 'alan')
await ask('x'.repeat(40_000), 'ada').catch((error: Error) => {
  console.log(error.message)
})
await store.flush()

const { items } = await store.requests.list({ first: 'oldest' })
for (const { userId, status, attemptCount, inputTokens = 0, cost, firstTokenMs } of items) {
  const price = cost === undefined ? 'no cost' : `${cost.toFixed(5)} dollars`
  const timed = firstTokenMs === undefined ? '' : ', first token timed'
  console.log(`${String(userId)}: ${status} after ${attemptCount}, ${inputTokens} tokens in, ${price}${timed}`)
}
const one = await store.requests.byId(items[0]?.id ?? '')
console.log(one?.prompt, one?.answer)

const { groups, total } = await store.requests.usage({ groupBy: ['userId'], bucket: 'month' })
for (const { group, requests, cost = 0 } of groups)
  console.log(`${String(group.userId)}: ${requests} for ${cost.toFixed(5)}`)
console.log(`${total.requests} requests, ${total.errors} failed, ${total.attempts} tries`)

for await (const lines of store.requests.export({ format: 'csv', status: 'error' })) {
  console.log(lines.split(',').slice(0, 6).join(','))
}
await store.close()
await rm(folder, { recursive: true })
