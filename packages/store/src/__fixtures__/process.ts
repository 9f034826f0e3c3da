import { flushCompileCache } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import type { Spending } from '@llm/core'
import { createHeldProvider } from '@llm/core/testing'
import { createStore, track } from '../index.ts'

// A process for tests: `process.ts <what it does> <url of the ledger> <more>`. It says what it did, a line each.

// Whoever is killed would not leave it to the next one.
flushCompileCache()

const [task, url, more = ''] = process.argv.slice(2)
const store = createStore({ url, leaseMs: 2000 })
const request = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] }

const TASKS: Readonly<Record<string, () => Promise<void>>> = { write, spend, hang }
await TASKS[task ?? '']?.()

/** Calls until it is killed, and says how many are in the ledger whenever that has changed. */
async function write(): Promise<void> {
  const { provider: held, calls } = createHeldProvider()
  const provider = track(store)(held)
  await store.ready()
  for (let index = 0, told = 0; ; index++) {
    const answer = provider.complete({ ...request, metadata: { requestId: `${more}-${index}` } })
    // At once, so that a call is one row, and rows are written in the order of calls.
    calls[index]?.answer()
    await answer
    const { written } = store.status
    if (written > told) say(written)
    told = written
    await delay(1)
  }
}

/** Reserves a token at a time, until there are none, and says how many it got. After the first it waits for another that does. */
async function spend(): Promise<void> {
  const [one, nothing] = [1, 0].map(tokens => ({ tokens, cost: 0 })) as [Spending, Spending]
  const shared = { key: 'shared', start: 0 }
  const take = async (): Promise<boolean> =>
    (await store.budgets.reserve(shared, one, { tokens: Number(more) })).granted
  let granted = (await take()) ? 1 : 0
  while ((await store.budgets.reserve(shared, nothing, {})).spent.tokens < 2) await delay(1)
  while (await take()) granted += 1
  say(granted)
  await store.close()
}

/** Makes a call that never ends. */
async function hang(): Promise<void> {
  void track(store)(createHeldProvider().provider).complete(request)
  await delay(1)
  await store.flush()
  say('under way')
  await delay(60_000)
}

function say(line: string | number): void {
  process.stdout.write(`${line}\n`)
}
