import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { wrapProvider, type Completion, type CompletionRequest, type Provider } from '@llm/core'
import { createStore, track, type RequestDetail, type Store } from '@llm/store'

// Started with the URL of a ledger, or with none for calls without one; answers each message.

/** What the worker is asked. */
export type LedgerQuestion =
  | { readonly do: 'pace'; readonly calls: number }
  | { readonly do: 'rush'; readonly calls: number }
  | { readonly do: 'fill'; readonly rows: number }
  | { readonly do: 'ask'; readonly rounds: number }

const DAY = 86_400_000
const DAYS = 90
const MODELS = 12

const [url] = process.argv.slice(2)
const store = url === undefined ? undefined : createStore({ url, maxWaiting: 1_000_000 })
const provider = store === undefined ? answering() : track(store)(answering())
const request: CompletionRequest = {
  model: 'model',
  messages: [{ role: 'user', content: 'Hello' }],
  metadata: { userId: 'ada', projectId: 'engine', organizationId: 'analytical', tags: ['a', 'b'] },
}

process.on('message', (question: LedgerQuestion) => {
  answer(question).then(
    measures => process.send?.(measures),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})

async function answer(question: LedgerQuestion): Promise<Readonly<Record<string, number>>> {
  if (question.do === 'pace') return pace(question.calls)
  if (question.do === 'rush') return rush(question.calls)
  if (store === undefined) throw new Error('There is no ledger.')
  return question.do === 'fill' ? fill(store, question.rows) : ask(store, question.rounds)
}

/** A provider that answers at once: what is left is the ledger. */
function answering(): Provider {
  const usage = { inputTokens: 1200, outputTokens: 350, totalTokens: 1550, source: 'reported' } as const
  const content = [{ type: 'text', text: 'Hello' }] as const
  const completion: Completion = {
    id: 'response',
    provider: 'host',
    model: 'model',
    content,
    text: 'Hello',
    reasoning: '',
    toolCalls: [],
    sources: [],
    finishReason: 'stop',
    usage,
    cost: { total: 0.0021, source: 'catalogue' },
    warnings: [],
    attempts: [],
    response: { headers: {} },
    message: { role: 'assistant', content },
  }
  const base = { id: 'host', protocol: 'none' } as Provider
  return wrapProvider(base, { complete: () => Promise.resolve(completion) })
}

/** 10,000 calls a second, a hundred every ten milliseconds: what a call takes, and how late everything else gets its turn. */
async function pace(calls: number): Promise<Readonly<Record<string, number>>> {
  await store?.ready()
  const times: number[] = []
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const start = performance.now()
  const cpu = process.threadCpuUsage()
  for (let done = 0; done < calls; done += 100) {
    await new Promise(resolve => setTimeout(resolve, Math.max(0, start + done / 10 - performance.now())))
    for (let index = 0; index < 100; index++) {
      const begun = performance.now()
      await provider.complete(request)
      times.push(performance.now() - begun)
    }
  }
  const { user, system } = process.threadCpuUsage(cpu)
  delay.disable()
  await store?.flush()
  times.sort((a, b) => a - b)
  const at = (part: number): number => (times[Math.floor(part * (times.length - 1))] ?? NaN) * 1000
  const late = delay.percentile(99) / 1e6
  return { cpu: (user + system) / calls, median: at(0.5), p99: at(0.99), late }
}

/** As many calls as there can be, all of them written. */
async function rush(calls: number): Promise<Readonly<Record<string, number>>> {
  await store?.ready()
  const start = performance.now()
  const cpu = process.cpuUsage()
  for (let done = 0; done < calls; done++) {
    await provider.complete(request)
    // Let timers run, as a real call would.
    if (done % 100 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  await store?.flush()
  const { user, system } = process.cpuUsage(cpu)
  return { all: (user + system) / calls, perSecond: calls / ((performance.now() - start) / 1000) }
}

/** Requests of ninety days, oldest first. */
async function fill(ledger: Store, rows: number): Promise<Readonly<Record<string, number>>> {
  const start = performance.now()
  const first = Date.now() - DAYS * DAY
  for (let index = 0; index < rows; index++) {
    const record = recordAt(first + (index * DAYS * DAY) / rows, index)
    ledger.record(record.id, () => record)
    if (index % 5000 === 0) await ledger.flush()
  }
  await ledger.flush()
  return { perSecond: rows / ((performance.now() - start) / 1000) }
}

function recordAt(time: number, index: number): RequestDetail {
  const startedAt = new Date(Math.floor(time))
  const hex = startedAt.getTime().toString(16).padStart(12, '0')
  const id = `${hex.slice(0, 8)}-${hex.slice(8)}-7${(index % 4096).toString(16).padStart(3, '0')}${crypto.randomUUID().slice(18)}`
  // The same ledger in every run.
  const random = (index * 2_654_435_761) % 2 ** 32
  const model = random % MODELS
  const used = { inputTokens: random % 5000, outputTokens: random % 700, totalTokens: (random % 5000) + (random % 700) }
  const outcome =
    random % 100 < 3 ? ({ status: 'error', errorCode: 'server' } as const) : ({ status: 'success' } as const)
  const ms = 200 + (random % 20_000)
  const host = { provider: `host-${model % 5}`, model: `model-${model}` }
  return {
    id,
    startedAt,
    operation: random % 3 === 0 ? 'stream' : 'complete',
    ...outcome,
    ...host,
    family: `family-${model % 4}`,
    ms,
    firstTokenMs: random % 900,
    finishReason: random % 10 === 0 ? 'tool-calls' : 'stop',
    attemptCount: 1,
    ...used,
    usageSource: 'reported',
    cost: (random % 977) / 1e5,
    costSource: 'catalogue',
    userId: `user-${random % 1000}`,
    projectId: `project-${random % 50}`,
    organizationId: `organization-${random % 10}`,
    tags: ['batch'],
    responseId: `response-${index}`,
    attempts: [{ requestId: id, position: 0, ...host, ms, ...used, usageSource: 'reported' }],
  }
}

/** The median of how long each question takes, in milliseconds. */
async function ask({ requests }: Store, rounds: number): Promise<Readonly<Record<string, number>>> {
  const cursors = await Promise.all([0.5, 0.99].map(depth => cursorAt(requests, depth)))
  const week = new Date(Date.now() - 7 * DAY)
  const { items } = await requests.list({ limit: 1 })
  const questions: Readonly<Record<string, () => Promise<unknown>>> = {
    'usage by model and day': () => requests.usage({ groupBy: ['model'], bucket: 'day' }),
    'usage by provider, model and status': () => requests.usage({ groupBy: ['provider', 'model', 'status'] }),
    'usage by model, the last 7 days to the minute': () => requests.usage({ groupBy: ['model'], since: week }),
    'usage of a user by model': () => requests.usage({ userId: 'user-5', groupBy: ['model'] }),
    'usage by user': () => requests.usage({ groupBy: ['userId'] }),
    'percentiles by model, the last 7 days': () =>
      requests.usage({ groupBy: ['model'], since: week, percentiles: true }),
    'newest 50': () => requests.list(),
    '50 from the middle': () => requests.list({ cursor: cursors[0] }),
    '50 near the oldest': () => requests.list({ cursor: cursors[1] }),
    '50 of a user, near the oldest': () => requests.byUserId('user-5', { cursor: cursors[1] }),
    '50 errors, from the middle': () => requests.list({ status: 'error', cursor: cursors[0] }),
    'one by id': () => requests.byId(items[0]?.id ?? ''),
  }
  const medians: Record<string, number> = {}
  for (const [name, question] of Object.entries(questions)) {
    await question()
    const times: number[] = []
    for (let round = 0; round < rounds; round++) {
      const start = performance.now()
      await question()
      times.push(performance.now() - start)
    }
    medians[name] = times.sort((a, b) => a - b)[rounds >> 1] ?? NaN
  }
  return medians
}

/** The cursor of a page that so large a part of the ninety days is newer than. */
async function cursorAt(requests: Store['requests'], depth: number): Promise<string | undefined> {
  const until = new Date(Date.now() - depth * DAYS * DAY)
  return (await requests.list({ until, limit: 1 })).nextCursor
}
