import { checkBatchEnded, tryCall, unansweredItem, type Batch, type BatchClient, type BatchItem } from '@llm/core'
import { notFound } from './files.ts'

/** What is done with the requests of a batch. */
interface Work<Request, Result> {
  /** @throws for a request that is wrong, when the batch is made. */
  readonly check: (request: Request) => void
  readonly answer: (request: Request) => Promise<Result>
}

interface Job<Request, Result> {
  state: Batch['state']
  readonly requests: readonly Request[]
  readonly items: BatchItem<Result>[]
}

/** A batch is queued when it is made, runs when it is first asked for, and is done at the next time. */
const NEXT: Partial<Record<Batch['state'], Batch['state']>> = { queued: 'running', running: 'completed' }

/** Batches in memory: their requests are answered one after the other. */
export function createBatches<Request, Result>(
  provider: string,
  { check, answer }: Work<Request, Result>,
): BatchClient<Request, Result> {
  const jobs = new Map<string, Job<Request, Result>>()
  const find = (id: string): Job<Request, Result> => {
    const job = jobs.get(id)
    if (job === undefined) throw notFound(provider, `batch ${id}`)
    return job
  }
  return {
    create: async ({ requests }) => {
      requests.forEach(check)
      const id = `batch-${String(jobs.size + 1)}`
      jobs.set(id, { state: 'queued', requests: [...requests], items: [] })
      return told(id, find(id))
    },
    get: async id => {
      const job = find(id)
      job.state = NEXT[job.state] ?? job.state
      if (job.state === 'completed') await answerAll(job, answer)
      return told(id, job)
    },
    list: async () => [...jobs].map(([id, job]) => told(id, job)),
    cancel: async id => {
      const job = find(id)
      if (NEXT[job.state] !== undefined) job.state = 'cancelled'
      return told(id, job)
    },
    results: async id => {
      const { state, requests, items } = find(id)
      checkBatchEnded({ id, state })
      return requests.map((_, index) => items[index] ?? unansweredItem(state, provider))
    },
  }
}

async function answerAll<Request, Result>(
  { requests, items }: Job<Request, Result>,
  answer: Work<Request, Result>['answer'],
): Promise<void> {
  for (const request of requests.slice(items.length)) items.push(await tryCall(() => answer(request)))
}

function told(id: string, { state, requests, items }: Job<unknown, unknown>): Batch {
  const succeeded = items.filter(({ ok }) => ok).length
  return { id, state, total: requests.length, succeeded, failed: items.length - succeeded }
}
