import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  compose,
  InvalidRequestError,
  rateLimit,
  RateLimitError,
  type Completion,
  type CompletionRequest,
  type Provider,
  type VideoJob,
} from '@llm/core'
import { sharedLimits } from '@llm/limits'
import { mock } from '@llm/provider-mock'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ask, engines } from './__fixtures__/engines.ts'
import {
  createJobs,
  verifyCallback,
  type CallbackEvent,
  type Jobs,
  type JobsSettings,
  type NewJob,
  type SaveMedia,
  type WorkOptions,
} from './index.ts'

const request: CompletionRequest = { model: 'any', messages: [{ role: 'user', content: 'Hello!' }] }
const secret = 'a secret of 16 or more'
const QUICK = { pollMs: 20, retryDelayMs: 10, heartbeatMs: 10_000 } as const

/** A provider whose calls do what a test says. */
function provider(complete: (request: CompletionRequest) => Promise<Completion>): Provider {
  return { ...mock(), complete }
}

/** Fails so often, then answers. */
function failing(times: number, error: () => Error): Provider & { readonly calls: number[] } {
  const calls: number[] = []
  const complete = (asked: CompletionRequest): Promise<Completion> => {
    calls.push(performance.now())
    return calls.length <= times ? Promise.reject(error()) : mock().complete(asked)
  }
  return { ...provider(complete), calls }
}

/** Never answers; `begun` resolves when it is called, `ended` once its signal is aborted. */
function hanging(): { provider: Provider; begun: Promise<void>; ended: Promise<unknown> } {
  const begun = Promise.withResolvers<undefined>()
  const ended = Promise.withResolvers<unknown>()
  const hung = provider(({ signal }) => {
    begun.resolve(undefined)
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => {
        ended.resolve(signal.reason)
        reject(signal.reason as Error)
      })
    })
  })
  return { provider: hung, begun: begun.promise, ended: ended.promise }
}

// To make a database of its own takes PGlite some seconds, and more where the machine is busy.
const SETUP = 180_000

describe.each(engines('api'))('$name', { timeout: 30_000 }, ({ missing, place, remove }) => {
  if (missing !== undefined) {
    test.skip(`skipped: ${missing}`, () => undefined)
    return
  }
  let jobs: Jobs
  const stops: (() => Promise<void>)[] = []
  const media = new Map<string, Uint8Array>()
  const saveMedia: SaveMedia = ({ name, data }) => {
    const url = `s3://bucket/${name}`
    media.set(url, data)
    return url
  }

  let server: Server
  let hook = ''
  /** What came in under each path, and the statuses to answer with, 204 after the last. */
  const received = new Map<string, { readonly id: unknown; readonly event: CallbackEvent }[]>()
  const statuses = new Map<string, number[]>()

  const create = (settings: JobsSettings = {}): Jobs => createJobs({ ...place, ...QUICK, saveMedia, ...settings })
  const work = async (options: WorkOptions): ReturnType<Jobs['work']> => {
    const worker = await jobs.work(options)
    stops.push(() => worker.stop({ timeout: 0 }))
    return worker
  }
  const start = (job: Partial<NewJob> = {}): Promise<string> =>
    jobs.startJob({ provider: 'mock', request, ...job } as NewJob)

  beforeAll(async () => {
    server = createServer((asked, answer) => {
      const pieces: Buffer[] = []
      asked.on('data', (piece: Buffer) => pieces.push(piece))
      asked.on('end', () => {
        const path = asked.url ?? ''
        const event = verifyCallback({ body: Buffer.concat(pieces), headers: asked.headers, secret })
        const heard = received.get(path) ?? []
        received.set(path, [...heard, { id: asked.headers['webhook-id'], event }])
        answer.writeHead(statuses.get(path)?.[heard.length] ?? 204, { location: '/elsewhere' }).end()
      })
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`
    hook = `http://${host}`
    jobs = create({ callbacks: { secret, privateAddresses: [host] } })
    await jobs.ready()
  }, SETUP)
  afterEach(async () => {
    await Promise.all(stops.splice(0).map(stop => stop()))
    for (const state of ['queued', 'active'] as const) {
      for (const { id } of (await jobs.list({ state, limit: 1000 })).items) await jobs.cancel(id)
    }
  })
  afterAll(async () => {
    await jobs.close({ timeout: 0 })
    await remove()
    server.close()
  }, SETUP)

  test('a job waits for a worker, and has its result', async () => {
    const id = await start({ userId: 'ada', projectId: 'engine', organizationId: 'lovelace', priority: 3 })
    expect(await jobs.job(id)).toMatchObject({ id, state: 'queued', attempts: 0, maxAttempts: 5, priority: 3, request })
    const host = mock({ replies: ['Good day.'] })
    await work({ providers: { mock: host } })
    const job = await jobs.wait(id)
    expect(job).toMatchObject({
      ...{ state: 'completed', operation: 'complete', provider: 'mock', attempts: 1, userId: 'ada' },
      result: { text: 'Good day.', finishReason: 'stop', response: { headers: {} } },
    })
    expect(job.error).toBeUndefined()
    expect(Date.parse(job.endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(job.startedAt ?? ''))
    const metadata = { requestId: id, userId: 'ada', projectId: 'engine', organizationId: 'lovelace' }
    expect(host.requests[0]).toMatchObject({ ...request, metadata })
  })

  test('every operation of a provider can be a job', async () => {
    await work({ providers: { mock: mock() } })
    const run = async (job: Omit<NewJob, 'provider'>): Promise<unknown> => {
      const { state, error, result } = await jobs.wait(await start(job as Partial<NewJob>))
      return state === 'completed' ? result : error
    }
    const model = 'any'
    expect(await run({ operation: 'embed', request: { model, input: ['a', 'b'] } })).toMatchObject({
      vectors: [expect.any(Array), expect.any(Array)],
    })
    expect(await run({ operation: 'moderate', request: { model, input: ['a'] } })).toHaveProperty('results')
    expect(await run({ operation: 'rerank', request: { model, query: 'a', documents: ['a', 'b'] } })).toHaveProperty(
      'results',
    )
  })

  test('jobs of a higher priority go first, in the order of their start within one', async () => {
    const done: string[] = []
    const noting = provider(async asked => {
      done.push(JSON.stringify(asked.messages[0]?.content))
      return mock().complete(asked)
    })
    const say = (content: string): CompletionRequest => ({ model: 'any', messages: [{ role: 'user', content }] })
    const ids = []
    for (const [content, priority] of [
      ['low', -1],
      ['first', 0],
      ['second', 0],
      ['high', 9],
    ] as const) {
      ids.push(await start({ request: say(content), priority }))
    }
    await work({ providers: { mock: noting }, concurrency: 1 })
    for (const id of ids) await jobs.wait(id)
    expect(done).toEqual(['"high"', '"first"', '"second"', '"low"'])
  })

  test('a job waits for its time, as a span or as a moment', async () => {
    const late = await start({ startAfter: 60_000 })
    const later = await start({ startAfter: new Date(Date.now() + 60_000) })
    const soon = await start({ startAfter: 50 })
    await work({ providers: { mock: mock() } })
    expect(await jobs.wait(soon)).toMatchObject({ state: 'completed' })
    for (const id of [late, later]) {
      const job = await jobs.job(id)
      expect(job?.state).toBe('queued')
      expect(Date.parse(job?.startAfter ?? '') - Date.now()).toBeGreaterThan(50_000)
    }
  })

  test('the same key is the same job for one owner, and another for another', async () => {
    const key = `invoice ${String(Math.random())}`
    const [first, again] = [await start({ key, userId: 'ada' }), await start({ key, userId: 'ada' })]
    expect(again).toBe(first)
    expect(await start({ key, userId: 'bob' })).not.toBe(first)
    const host = mock()
    await work({ providers: { mock: host } })
    await jobs.wait(first)
    expect(await start({ key, userId: 'ada' })).toBe(first)
    expect((await jobs.job(first))?.state).toBe('completed')
  })

  test('lists are by owner and state, in pages that new jobs do not shift', async () => {
    const userId = `pages ${String(Math.random())}`
    const ids = []
    for (let count = 0; count < 5; count++) ids.push(await start({ userId, startAfter: 60_000 }))
    const first = await jobs.list({ userId, limit: 2 })
    await start({ userId, startAfter: 60_000 })
    const second = await jobs.list({ userId, limit: 2, cursor: first.nextCursor })
    const third = await jobs.list({ userId, limit: 2, cursor: second.nextCursor })
    const listed = [first, second, third].flatMap(page => page.items.map(({ id }) => id))
    expect(listed).toEqual(ids.toReversed())
    expect(third.nextCursor).toBeUndefined()
    expect(first.items[0]).not.toHaveProperty('request')
    expect((await jobs.list({ userId, state: 'completed' })).items).toEqual([])
    expect((await jobs.list({ userId: 'nobody' })).items).toEqual([])
    await expect(jobs.list({ cursor: "' OR 1=1" })).rejects.toMatchObject({ code: 'validation', parameter: 'cursor' })
  })

  test('what may succeed later is tried again, as late as the host asks', async () => {
    const busy = failing(2, () => new RateLimitError({ message: 'Slow down.', retryable: true, retryAfterMs: 300 }))
    const id = await start()
    await work({ providers: { mock: busy } })
    expect(await jobs.wait(id)).toMatchObject({ state: 'completed', attempts: 3 })
    const [one = 0, two = 0, three = 0] = busy.calls
    expect(two - one).toBeGreaterThanOrEqual(295)
    expect(three - two).toBeGreaterThanOrEqual(295)
  })

  test('what cannot succeed is not tried again', async () => {
    const wrong = failing(9, () => new InvalidRequestError({ message: 'No such tool.', status: 400, hint: 'Mend it.' }))
    const id = await start()
    await work({ providers: { mock: wrong } })
    const job = await jobs.wait(id)
    expect(job).toMatchObject({
      ...{ state: 'failed', attempts: 1 },
      error: { name: 'InvalidRequestError', code: 'invalid_request', message: 'No such tool.', hint: 'Mend it.' },
    })
    expect(job.error?.details).toMatchObject({ status: 400 })
  })

  test('a job that keeps failing is a dead letter after its last attempt, and may be tried anew', async () => {
    const userId = `dead ${String(Math.random())}`
    const flaky = failing(4, () => new Error('The line is down.'))
    const id = await start({ maxAttempts: 2, userId })
    await work({ providers: { mock: flaky } })
    expect(await jobs.wait(id)).toMatchObject({ state: 'failed', attempts: 2, error: { code: 'unknown' } })
    expect((await jobs.list({ userId, state: 'failed' })).items.map(job => job.id)).toEqual([id])

    expect(await jobs.retry(id)).toBe(true)
    expect(await jobs.wait(id)).toMatchObject({ state: 'failed', attempts: 4 })
    expect(await jobs.retry(id)).toBe(true)
    const done = await jobs.wait(id)
    expect(done).toMatchObject({ state: 'completed', attempts: 5 })
    expect(done.error).toBeUndefined()
    expect(await jobs.retry(id)).toBe(false)
    expect(flaky.calls).toHaveLength(5)
  })

  test('a queued job is cancelled, and can be queued again', async () => {
    const id = await start()
    expect(await jobs.cancel(id)).toBe(true)
    expect(await jobs.cancel(id)).toBe(false)
    await work({ providers: { mock: mock() } })
    expect((await jobs.wait(id)).state).toBe('cancelled')
    expect(await jobs.retry(id)).toBe(true)
    expect(await jobs.wait(id)).toMatchObject({ state: 'completed', attempts: 1, maxAttempts: 5 })
  })

  test('cancelling ends a call under way, whose answer is not kept', async () => {
    const { provider: hung, begun, ended } = hanging()
    const id = await start()
    await work({ providers: { mock: hung } })
    await begun
    expect((await jobs.job(id))?.state).toBe('active')
    expect(await jobs.cancel(id)).toBe(true)
    expect(await ended).toMatchObject({ code: 'aborted' })
    expect((await jobs.wait(id)).state).toBe('cancelled')
  })

  test('a job that never ends fails after its timeout, even where the provider takes no signal', async () => {
    const id = await start({ timeout: 50, maxAttempts: 1 })
    await work({ providers: { mock: provider(() => new Promise(() => undefined)) } })
    expect(await jobs.wait(id)).toMatchObject({
      state: 'failed',
      error: { code: 'timeout', details: { timer: 'total' } },
    })
  })

  test('a provider that no worker knows fails the job at once', async () => {
    const id = await start({ provider: 'nobody' })
    await work({ providers: { mock: mock() } })
    const { state, error } = await jobs.wait(id)
    expect(state).toBe('failed')
    expect(error).toMatchObject({ code: 'unsupported_provider', message: 'No provider is called "nobody" here.' })
  })

  test('a function finds providers, and may take its time', async () => {
    const id = await start({ provider: 'tenant-7' })
    const asked: string[] = []
    const providers = async (name: string): Promise<Provider> => {
      await sleep(1)
      asked.push(name)
      return mock()
    }
    await work({ providers })
    expect((await jobs.wait(id)).state).toBe('completed')
    expect(asked).toEqual(['tenant-7'])
  })

  test('a stopped worker lets jobs end that are under way', async () => {
    const id = await start()
    const begun = Promise.withResolvers<undefined>()
    const slow = provider(async asked => {
      begun.resolve(undefined)
      await sleep(100)
      return mock().complete(asked)
    })
    const worker = await jobs.work({ providers: { mock: slow } })
    await begun.promise
    await worker.stop()
    expect((await jobs.job(id))?.state).toBe('completed')
  })

  test('what is not done by then goes back, without counting as an attempt', async () => {
    const id = await start({ maxAttempts: 1 })
    const { provider: hung, begun, ended } = hanging()
    const worker = await jobs.work({ providers: { mock: hung } })
    await begun
    await worker.stop({ timeout: 10 })
    await ended
    expect((await jobs.job(id))?.state).toBe('queued')
    await work({ providers: { mock: mock() } })
    expect((await jobs.wait(id)).state).toBe('completed')
  })

  test('a job read as a stream tells its text as it grows', async () => {
    const text = 'one two three four five six seven eight'
    const id = await start({ stream: true })
    await work({ providers: { mock: mock({ replies: [text], pace: { tokensPerSecond: 4 } }) } })
    const seen = new Set<string>()
    for (let state: string | undefined = 'queued'; state === 'queued' || state === 'active'; await sleep(20)) {
      const job = await jobs.job(id)
      state = job?.state
      if (job?.progress?.text !== undefined) seen.add(job.progress.text)
    }
    expect(seen.size).toBeGreaterThan(0)
    for (const part of seen) expect(text.startsWith(part)).toBe(true)
    expect(await jobs.job(id)).toMatchObject({ state: 'completed', result: { text } })
  })

  test('a video is waited for, and put where media goes', async () => {
    const made: VideoJob = {
      ...{ id: 'v1', provider: 'mock', model: 'any' },
      status: async () => ({ state: 'running' }),
      wait: async options => {
        options?.onProgress?.({ state: 'running', progress: 0.5 })
        return { state: 'completed' }
      },
      async *download() {
        yield new Uint8Array([1, 2])
        yield new Uint8Array([3])
      },
    }
    const asked: { idempotencyKey?: string | undefined }[] = []
    const generateVideo = async (video: { idempotencyKey?: string | undefined }): Promise<VideoJob> => {
      asked.push(video)
      return made
    }
    await work({ providers: { mock: { ...mock(), generateVideo } } })
    const id = await start({ operation: 'generateVideo', request: { model: 'any', prompt: 'A cat.' } })
    const { result, error } = await jobs.wait(id)
    expect(error).toBeUndefined()
    const url = `s3://bucket/${id}-1-1.mp4`
    expect(result).toEqual({ id: 'v1', provider: 'mock', model: 'any', video: { url, mediaType: 'video/mp4' } })
    expect(media.get(url)).toEqual(Buffer.from([1, 2, 3]))
    // A host that can tell makes no second one where a worker died.
    expect(asked[0]?.idempotencyKey).toBe(id)
  })

  test('odd characters of an answer are kept as far as a database can', async () => {
    const id = await start()
    await work({ providers: { mock: mock({ replies: ['zero \0 half \ud800 ümläut 😀'] }) } })
    expect((await jobs.wait(id)).result).toMatchObject({ text: 'zero \uFFFD half \uFFFD ümläut 😀' })
  })

  test('ids that are none are of no job', async () => {
    for (const id of ['nothing', "'; DROP TABLE x", '00000000-0000-4000-8000-000000000000']) {
      expect(await jobs.job(id)).toBeUndefined()
      expect(await jobs.cancel(id)).toBe(false)
      expect(await jobs.retry(id)).toBe(false)
      await expect(jobs.wait(id)).rejects.toMatchObject({ code: 'validation', parameter: 'id' })
    }
  })

  test('a wait can be given up', async () => {
    const id = await start()
    await expect(jobs.wait(id, { signal: AbortSignal.timeout(30) })).rejects.toThrow(/timeout/)
    expect((await jobs.job(id))?.state).toBe('queued')
  })

  describe('callbacks', () => {
    const heard = async (path: string, count = 1): Promise<NonNullable<ReturnType<typeof received.get>>> => {
      while ((received.get(path)?.length ?? 0) < count) await sleep(10)
      return received.get(path) ?? []
    }

    test('tell of the end, signed, with the result and without the request', async () => {
      await work({ providers: { mock: mock({ replies: ['Done.'] }) } })
      const id = await start({ callbackUrl: `${hook}/done`, userId: 'ada' })
      const [call] = await heard('/done')
      expect(call?.event).toMatchObject({
        type: 'job.completed',
        data: { id, state: 'completed', userId: 'ada', result: { text: 'Done.' } },
      })
      expect(call?.event.data).not.toHaveProperty('request')
    })

    test('tell of failures and cancellations as well', async () => {
      const failed = await start({ callbackUrl: `${hook}/failed`, provider: 'nobody' })
      const cancelled = await start({ callbackUrl: `${hook}/cancelled`, startAfter: 60_000 })
      await jobs.cancel(cancelled)
      await work({ providers: { mock: mock() } })
      expect((await heard('/failed'))[0]?.event).toMatchObject({
        type: 'job.failed',
        data: { id: failed, error: { code: 'unsupported_provider' } },
      })
      expect((await heard('/cancelled'))[0]?.event).toMatchObject({ type: 'job.cancelled', data: { id: cancelled } })
    })

    test('are made again, under the same id, until they are taken; redirects are not followed', async () => {
      statuses.set('/flaky', [500, 302])
      await work({ providers: { mock: mock() } })
      await start({ callbackUrl: `${hook}/flaky` })
      const calls = await heard('/flaky', 3)
      await sleep(100)
      expect(received.get('/flaky')).toHaveLength(3)
      expect(new Set(calls.map(({ id }) => id)).size).toBe(1)
      expect(received.has('/elsewhere')).toBe(false)
    })

    test('end where the receiver is gone', async () => {
      statuses.set('/gone', [410, 410])
      await work({ providers: { mock: mock() } })
      await start({ callbackUrl: `${hook}/gone` })
      await heard('/gone')
      await sleep(200)
      expect(received.get('/gone')).toHaveLength(1)
    })
  })

  test.runIf('url' in place)(
    'a job whose worker is gone after its last attempt is a dead letter, and told of',
    async () => {
      const id = await start({ maxAttempts: 1, startAfter: 60_000, callbackUrl: `${hook}/lost` })
      // What a worker leaves that was killed a minute ago.
      await ask(
        String(place.url),
        `UPDATE ${String(place.schema)}.job_common SET state = 'active', started_on = now() - interval '1 minute',
         heartbeat_on = now() - interval '1 minute' WHERE id = '${id}'`,
      )
      expect(await jobs.wait(id)).toMatchObject({ state: 'failed', attempts: 1, error: { code: 'worker_lost' } })
      await work({ providers: { mock: mock() } })
      while (!received.has('/lost')) await sleep(10)
      expect(received.get('/lost')?.[0]?.event).toMatchObject({ type: 'job.failed', data: { id } })
    },
    20_000,
  )

  test.runIf('url' in place)(
    'jobs are kept for a while after their end, failed ones for longer, waiting ones for years',
    async () => {
      const done = await start({ key: `kept ${String(Math.random())}` })
      const dead = await start({ provider: 'nobody' })
      const waiting = await start({ startAfter: 60_000 })
      await work({ providers: { mock: mock() } })
      await Promise.all([jobs.wait(done), jobs.wait(dead)])
      const rows = await ask<{ id: string; seconds: number; days: number }>(
        String(place.url),
        `SELECT id, deletion_seconds AS seconds, extract(day FROM keep_until - now())::int AS days
         FROM ${String(place.schema)}.job_common WHERE id IN ('${done}', '${dead}', '${waiting}')`,
      )
      const kept = new Map(rows.map(row => [row.id, row]))
      expect(kept.get(done)?.seconds).toBe(7 * 86_400)
      expect(kept.get(dead)?.seconds).toBe(30 * 86_400)
      expect(kept.get(waiting)?.days).toBeGreaterThan(3600)
    },
  )

  test.runIf('url' in place)('tables of a newer version are left alone', async () => {
    const table = `${String(place.schema)}.version`
    const [before] = await ask<{ version: number }>(String(place.url), `SELECT version FROM ${table}`)
    await ask(String(place.url), `UPDATE ${table} SET version = version + 1`)
    const own = create()
    await expect(own.ready()).rejects.toMatchObject({
      code: 'job_store',
      retryable: false,
      hint: expect.stringContaining('Update'),
    })
    await own.close()
    await ask(String(place.url), `UPDATE ${table} SET version = ${String(before?.version)}`)
  })

  test.runIf('url' in place)('limits that workers share hold for all of them', async () => {
    const calls: number[] = []
    const limits = [1, 2].map(() => sharedLimits({ url: place.url, schema: String(place.schema) }))
    for (const [index, { rateLimits }] of limits.entries()) {
      const counted = provider(async asked => {
        calls.push(index)
        return mock().complete(asked)
      })
      await work({
        providers: { limited: compose(counted, rateLimit({ rpm: 5, maxWaitMs: 0, store: rateLimits })) },
        concurrency: 2,
      })
    }
    const userId = `limited ${String(Math.random())}`
    for (let count = 0; count < 9; count++) await start({ provider: 'limited', userId, maxAttempts: 1000 })
    const states = async (): Promise<string[]> =>
      (await jobs.list({ userId })).items.map(({ state, error }) => error?.code ?? state).toSorted()
    // Four have no room for a minute: they are tried again and again, and cost nobody anything.
    const expected = [...Array<string>(5).fill('completed'), ...Array<string>(4).fill('rate_limit')]
    while ((await states()).join() !== expected.join()) await sleep(20)
    await sleep(200)
    expect(await states()).toEqual(expected)
    expect(calls).toHaveLength(5)
    for (const store of limits) await store.close()
  })

  test.runIf('url' in place)('lost connections are made again, and cost no job', async () => {
    const logs: string[] = []
    const log = (_: object, message: string): void => void logs.push(message)
    // Other tests are on this server too, under the name that is usual.
    const name = `jobs_lost_${String(process.pid)}`
    const url = new URL(String(place.url))
    url.searchParams.set('application_name', name)
    const own = create({ url: url.href, logger: { debug: log, info: log, warn: log, error: log } })
    try {
      await own.ready()
      const slow = provider(async asked => {
        await sleep(100)
        return mock().complete(asked)
      })
      const ids = await Promise.all(Array.from({ length: 20 }, () => own.startJob({ provider: 'mock', request })))
      await own.work({ providers: { mock: slow }, concurrency: 5 })
      for (let round = 0; round < 4; round++) {
        await ask(
          String(place.url),
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${name}'`,
        )
        await sleep(60)
      }
      for (const id of ids) expect(await finished(own, id)).toBe('completed')
      expect(logs.length).toBeGreaterThan(0)
    } finally {
      await own.close({ timeout: 0 })
    }
  })
})

/** Waits for a job through a connection that may be lost. */
async function finished(jobs: Jobs, id: string): Promise<string> {
  for (;;) {
    const job = await jobs.wait(id).catch(() => undefined)
    if (job !== undefined) return job.state
    await sleep(20)
  }
}
