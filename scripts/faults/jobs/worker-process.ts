import { compose, type Provider } from '@llm/core'
import { createJobs, type Jobs } from '@llm/jobs'
import { mock } from '@llm/provider-mock'
import { createStore, track } from '@llm/store'
import type { WorkerOrder } from './kill-workers.ts'

// A worker that is killed without warning. It says when nothing is left to do.

const order = JSON.parse(process.argv[2] ?? '{}') as WorkerOrder
const store = createStore({ url: order.ledger })
await store.ready()
const jobs = createJobs(order.settings)
const providers = {
  mock: ledgered(compose(mock({ pace: { firstTokenMs: order.callMs } }), track(store))),
  poison: poison(),
}
await jobs.work({ providers, concurrency: order.concurrency })
process.send?.('working')
let stopping = false
process.once('SIGTERM', () => {
  stopping = true
  void jobs
    .close()
    .then(() => store.close())
    .then(() => process.exit(0))
})
while (!stopping) {
  if (await isDone(jobs).catch(() => false)) process.send?.('done')
  await new Promise(resolve => setTimeout(resolve, 200))
}

/** A call is in the ledger before its job ends: a process that is killed in between leaves a job to be done again. */
function ledgered(provider: Provider): Provider {
  return {
    ...provider,
    async complete(request) {
      const answer = await provider.complete(request)
      await store.flush()
      return answer
    },
  }
}

/** A job that ends whatever process does it. */
function poison(): Provider {
  return {
    ...mock(),
    async complete() {
      process.kill(process.pid, 'SIGKILL')
      return new Promise(() => undefined)
    },
  }
}

async function isDone(queue: Jobs): Promise<boolean> {
  const [queued, active] = await Promise.all(
    (['queued', 'active'] as const).map(state => queue.list({ state, limit: 1 })),
  )
  return queued?.items.length === 0 && active?.items.length === 0
}
