import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { onEngines, type Place } from './__fixtures__/engines.ts'
import { recordAt } from './__fixtures__/records.ts'
import {
  createMemoryStore,
  type Dimension,
  type RequestDetail,
  type RequestStatus,
  type Store,
  type TimeBucket,
} from './index.ts'

async function fill(store: Store, records: readonly RequestDetail[]): Promise<Store> {
  for (const record of records) store.record(record.id, () => record)
  await store.flush()
  return store
}

async function texts(lines: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const line of lines) text += line
  return text
}

onEngines('all', createPlace => {
  const open = async (): Promise<Store> => (await createPlace()).open()

  describe('one request', () => {
    const full: Required<RequestDetail> = {
      ...recordAt('2026-05-04T03:02:01.123Z'),
      callId: 'call-1',
      status: 'error',
      family: 'family',
      ms: 1234.5,
      firstTokenMs: 99.25,
      finishReason: 'length',
      cache: 'miss',
      attemptCount: 2,
      errorCode: 'rate_limit',
      errorName: 'RateLimitError',
      errorMessage: 'Too many',
      httpStatus: 429,
      inputTokens: 1,
      outputTokens: 2,
      totalTokens: 3,
      cacheReadTokens: 4,
      cacheWriteTokens: 5,
      reasoningTokens: 6,
      inputAudioTokens: 7,
      outputAudioTokens: 8,
      inputImageTokens: 9,
      outputImageTokens: 10,
      usageSource: 'estimated',
      cost: 0.000_123,
      costSource: 'catalogue',
      userId: `O'Hara "the" \\ 😀`,
      projectId: 'p',
      organizationId: 'o',
      tags: ['a', 'b,"c'],
      experiment: 'tone',
      variant: 'warm',
      responseId: 'resp',
      hostRequestId: 'req',
      prompt: '[{"role":"user"}]',
      answer: '[{"type":"text"}]',
      seenAt: new Date('2026-05-04T03:02:02.000Z'),
      attempts: [],
    }
    const attempts = [
      { requestId: full.id, position: 0, provider: 'a', model: 'm', ms: 1.5, errorCode: 'server' },
      {
        requestId: full.id,
        position: 1,
        provider: 'b',
        model: 'n',
        ms: 2,
        inputTokens: 1,
        usageSource: 'reported',
        cost: 2,
      },
    ] as const

    test('comes back as it was, with its attempts', async () => {
      const store = await fill(await open(), [{ ...full, attempts }])
      expect(await store.requests.byId(full.id)).toEqual({ ...full, attempts })
      const { attempts: _, prompt, answer, ...listed } = full
      expect(await store.requests.list()).toEqual({ items: [listed] })
      expect(await store.requests.list({ content: true })).toEqual({ items: [{ ...listed, prompt, answer }] })
    })

    test('is also found by the id that its caller gave it; of several the last', async () => {
      const [first, second] = [recordAt(1000, { callId: 'mine' }), recordAt(2000, { callId: 'mine' })]
      const { requests } = await fill(await open(), [second, first].reverse())
      expect(await requests.byId('mine')).toEqual(second)
      expect((await requests.list({ callId: 'mine' })).items.map(({ id }) => id)).toEqual([second.id, first.id])
      expect(await requests.byId('another')).toBeUndefined()
    })

    test('has no more fields than it was given', async () => {
      const record = recordAt(1)
      const store = await fill(await open(), [record])
      expect(await store.requests.byId(record.id)).toEqual(record)
    })

    test('takes the place of the one with its id until that one has ended, and never after', async () => {
      const store = await open()
      const end = recordAt(5000, { inputTokens: 7 })
      await fill(store, [{ ...end, status: 'started', attemptCount: 0, attempts: [], seenAt: new Date(5000) }])
      expect(await store.requests.byId(end.id)).toMatchObject({ attempts: [], seenAt: new Date(5000) })
      await fill(store, [end])
      await fill(store, [{ ...end, inputTokens: 8 }])
      expect(await store.requests.byId(end.id)).toEqual(end)
      expect((await store.requests.usage()).total).toMatchObject({ requests: 1, inputTokens: 7 })
    })

    test('that no database would take is mended', async () => {
      const userId = `${'😀'.repeat(200)}${'x'.repeat(10_000)}`
      const tags = ['a\0b', '\ud800']
      const odd = recordAt(1, { userId, tags, projectId: 'a\0b\ud800', organizationId: '', inputTokens: NaN })
      const large = recordAt(2, { userId, model: 'm'.repeat(9000), outputTokens: 1e300 })
      const store = await fill(await open(), [odd, large, recordAt(3, { model: '' })])
      expect(store.status).toMatchObject({ written: 3, waiting: 0, dropped: 0 })
      expect((await store.requests.byUserId(userId)).items.map(({ id }) => id)).toEqual([large.id, odd.id])
      expect((await store.requests.usage({ groupBy: ['tag'] })).groups).toHaveLength(2)
      expect((await store.requests.usage({ model: 'm'.repeat(9000) })).total.requests).toBe(1)
    })
  })

  describe('lists', () => {
    let store: Store
    const records = Array.from({ length: 25 }, (_, index) =>
      recordAt(Date.UTC(2026, 0, 1, index), {
        userId: `u${index % 2}`,
        projectId: `p${index % 3}`,
        organizationId: `o${index % 5}`,
        tags: index % 4 === 0 ? ['every', 'fourth'] : ['every'],
        status: index % 6 === 0 ? 'error' : 'success',
      }),
    )
    beforeAll(async () => {
      store = await fill(await open(), records)
    })
    const ids = (from: readonly RequestDetail[]) => from.map(({ id }) => id)

    test('go through all of it by pages, both ways, each once', async () => {
      for (const first of ['newest', 'oldest'] as const) {
        const seen: string[] = []
        let cursor: string | undefined
        do {
          const page = await store.requests.list({ limit: 7, cursor, first })
          expect(page.items.length).toBeLessThanOrEqual(7)
          seen.push(...page.items.map(({ id }) => id))
          cursor = page.nextCursor
        } while (cursor !== undefined)
        expect(seen).toEqual(first === 'oldest' ? ids(records) : ids(records).reverse())
      }
    })

    test('end with a full page where there are no more', async () => {
      expect(await store.requests.list({ limit: 25 })).not.toHaveProperty('nextCursor')
      expect(await store.requests.list({ limit: 24 })).toHaveProperty('nextCursor', records[1]?.id)
    })

    test('are by owner, and filtered', async () => {
      const list = async (page: Promise<{ items: readonly { id: string }[] }>) => (await page).items.map(({ id }) => id)
      const { requests } = store
      const where = (test: (index: number) => boolean) => ids(records.filter((_, index) => test(index))).reverse()
      expect(await list(requests.byUserId('u1'))).toEqual(where(index => index % 2 === 1))
      expect(await list(requests.byProjectId('p2'))).toEqual(where(index => index % 3 === 2))
      expect(await list(requests.byOrganizationId('o4', { limit: 2 }))).toEqual(
        where(index => index % 5 === 4).slice(0, 2),
      )
      expect(await list(requests.list({ tag: 'fourth', status: 'error' }))).toEqual(where(index => index % 12 === 0))
      const [since, until] = [records[3]?.startedAt, records[6]?.startedAt]
      expect(await list(requests.list({ since, until }))).toEqual(where(index => index >= 3 && index < 6))
      expect(await list(requests.list({ userId: 'u1', status: 'error' }))).toEqual([])
    })

    test('refuse what is no page', async () => {
      for (const options of [
        { limit: 0 },
        { limit: 1001 },
        { limit: 1.5 },
        { cursor: 'x' },
        { since: new Date(NaN) },
        { first: 'last' as never },
      ]) {
        await expect(store.requests.list(options)).rejects.toMatchObject({ code: 'validation' })
      }
    })

    test('show nobody the requests of others by mistake', async () => {
      const { requests } = store
      const mistakes: [Promise<unknown>, string][] = [
        [requests.list({ userID: 'u1' } as never), 'userID'],
        [requests.list({ userId: { not: 'u1' } as never }), 'userId'],
        [requests.byUserId(undefined as never), 'userId'],
        [requests.byProjectId(null as never), 'projectId'],
        [requests.byOrganizationId(undefined as never, { limit: 1 }), 'organizationId'],
        [requests.usage({ groupBy: ['prompt' as never] }), 'groupBy'],
        [requests.usage({ groupBy: ['userId'], bucket: 'year' as never }), 'bucket'],
        [requests.usage({ user: 'u1' } as never), 'user'],
        [requests.deleteOlderThan('2026-01-01' as never), 'date'],
      ]
      for (const [answer, parameter] of mistakes) {
        await expect(answer).rejects.toMatchObject({ code: 'validation', parameter })
      }
      expect(() => requests.export({ format: 'xml' as never })).toThrow(
        expect.objectContaining({ parameter: 'format' }),
      )
    })
  })

  describe('usage', () => {
    const day = (date: number, hour = 12) => Date.UTC(2026, 1, date, hour)
    const used = { usageSource: 'reported', costSource: 'reported' } as const
    let store: Store
    beforeAll(async () => {
      store = await fill(await open(), [
        recordAt(day(1), {
          model: 'a',
          inputTokens: 10,
          outputTokens: 1,
          cost: 0.5,
          ms: 100,
          tags: ['x', 'y'],
          ...used,
        }),
        recordAt(day(1, 23), { model: 'b', inputTokens: 20, ms: 300, firstTokenMs: 30, userId: 'ada', ...used }),
        recordAt(day(2, 0), { model: 'a', status: 'error', errorCode: 'server', ms: 50, tags: ['x'] }),
        recordAt(day(2), {
          model: 'a',
          status: 'aborted',
          inputTokens: 5,
          cost: 0.25,
          ms: 150,
          attemptCount: 3,
          ...used,
        }),
        recordAt(day(10), {
          model: 'b',
          cache: 'hit',
          inputTokens: 99,
          cost: 0,
          attemptCount: 0,
          ms: 1,
          attempts: [],
          ...used,
        }),
        recordAt(day(11), { model: 'a', status: 'interrupted', ms: undefined as never, attemptCount: 0, attempts: [] }),
      ])
    })

    test('is summed up; what is not known is absent, and a cache hit has used nothing', async () => {
      expect(await store.requests.usage()).toEqual({
        groups: [],
        total: {
          requests: 6,
          successes: 3,
          errors: 1,
          aborted: 1,
          interrupted: 1,
          cacheHits: 1,
          attempts: 6,
          unpriced: 1,
          inputTokens: 35,
          outputTokens: 1,
          cost: 0.75,
          ms: { count: 5, mean: 601 / 5 },
          firstTokenMs: { count: 1, mean: 30 },
        },
      })
    })

    test('is grouped by model and day, in order', async () => {
      const { groups, total } = await store.requests.usage({ groupBy: ['model'], bucket: 'day' })
      expect(
        groups.map(({ group, bucket, requests, inputTokens }) => [group.model, bucket, requests, inputTokens]),
      ).toEqual([
        ['a', new Date(day(1, 0)), 1, 10],
        ['b', new Date(day(1, 0)), 1, 20],
        ['a', new Date(day(2, 0)), 2, 5],
        ['b', new Date(day(10, 0)), 1, undefined],
        ['a', new Date(day(11, 0)), 1, undefined],
      ])
      expect(total).toEqual((await store.requests.usage()).total)
    })

    test('is that of hours, weeks from Monday, and months', async () => {
      const buckets = async (bucket: TimeBucket) =>
        (await store.requests.usage({ bucket })).groups.map(({ bucket: start, requests }) => [start, requests])
      expect(await buckets('hour')).toHaveLength(6)
      expect(await buckets('week')).toEqual([
        [new Date(Date.UTC(2026, 0, 26)), 2],
        [new Date(Date.UTC(2026, 1, 2)), 2],
        [new Date(Date.UTC(2026, 1, 9)), 2],
      ])
      expect(await buckets('month')).toEqual([[new Date(Date.UTC(2026, 1, 1)), 6]])
    })

    test('is grouped by tags, where a request counts for each, and by what there is not', async () => {
      const tags = await store.requests.usage({ groupBy: ['tag'] })
      expect(tags.groups.map(({ group, requests }) => [group.tag, requests])).toEqual([
        ['x', 2],
        ['y', 1],
      ])
      expect(tags.total.requests).toBe(6)
      const users = await store.requests.usage({ groupBy: ['userId'] })
      expect(users.groups.map(({ group, requests }) => [group.userId, requests])).toEqual([
        ['ada', 1],
        [undefined, 5],
      ])
    })

    test('has percentiles of the nearest rank', async () => {
      const { total, groups } = await store.requests.usage({ groupBy: ['model'], percentiles: true })
      expect(total.ms).toMatchObject({ p50: 100, p95: 300, p99: 300 })
      expect(groups[0]?.ms).toMatchObject({ p50: 100, p95: 150 })
      expect(groups[0]).not.toHaveProperty('firstTokenMs')
    })

    test('is of a stretch of time, to the millisecond', async () => {
      const sum = async (since: number | undefined, until: number | undefined) => {
        const range = {
          since: since === undefined ? undefined : new Date(since),
          until: until === undefined ? undefined : new Date(until),
        }
        return (await store.requests.usage({ ...range, groupBy: ['model'] })).total.requests
      }
      expect(await sum(day(1), day(1) + 1)).toBe(1)
      expect(await sum(day(1) + 1, day(2, 0))).toBe(1)
      expect(await sum(day(1) + 1, day(10))).toBe(3)
      expect(await sum(undefined, day(11))).toBe(5)
      expect(await sum(day(2), undefined)).toBe(3)
      expect(await sum(day(12), day(13))).toBe(0)
    })
  })

  describe('the past', () => {
    test('is deleted, also from what is summed up', async () => {
      const records = Array.from({ length: 30 }, (_, index) =>
        recordAt(Date.UTC(2026, 2, 1, index * 4), { inputTokens: 1 }),
      )
      const store = await fill(await open(), records)
      const [old, kept] = [records[0], records[20]]
      expect(await store.requests.deleteOlderThan(new Date(kept?.startedAt ?? 0))).toBe(20)
      expect(await store.requests.byId(old?.id ?? '')).toBeUndefined()
      expect(await store.requests.byId(kept?.id ?? '')).toEqual(kept)
      expect((await store.requests.usage()).total).toMatchObject({ requests: 10, inputTokens: 10 })
      const { groups } = await store.requests.usage({ bucket: 'day' })
      expect(groups.map(({ requests }) => requests)).toEqual([4, 6])
      expect(await store.requests.deleteOlderThan(new Date(0))).toBe(0)
    })
  })

  describe('export', () => {
    test('writes every request once, as JSON lines and as CSV', async () => {
      const records = Array.from({ length: 1003 }, (_, index) =>
        recordAt(1e12 + index, { userId: index === 0 ? '=1+1,"a"\n' : 'u' }),
      )
      const { requests } = await fill(await open(), records)
      const lines = (await texts(requests.export({ format: 'jsonl' }))).trimEnd().split('\n')
      expect(lines.map(line => (JSON.parse(line) as RequestDetail).id)).toEqual(records.map(({ id }) => id))
      const csv = await texts(requests.export({ format: 'csv', until: new Date(1e12 + 2) }))
      const [head, first, second, ...rest] = csv.split('\r\n')
      expect(head?.split(',').slice(0, 4)).toEqual(['id', 'callId', 'startedAt', 'operation'])
      expect(first).toContain(`,"'=1+1,""a""\n",`)
      expect(second?.startsWith(`${records[1]?.id},,2001-09-09T01:46:40.001Z,complete,success,host,model,,5,`)).toBe(
        true,
      )
      expect(rest).toEqual([''])
    })
  })
})

onEngines('databases', createPlace => {
  let place: Place
  beforeAll(async () => {
    place = await createPlace()
  })

  test('whatever is asked, the databases answer as the memory does', async () => {
    const store = place.open()
    const memory = createMemoryStore()
    const some = <T>(...values: readonly T[]) => fc.constantFrom(undefined, ...values)
    const record = fc
      .record({
        hours: fc.integer({ min: 0, max: 24 * 40 }),
        status: fc.constantFrom('success', 'error', 'aborted', 'interrupted', 'started' as const),
        model: fc.constantFrom('a', 'b', 'c'),
        family: some('f'),
        userId: some('u', 'v'),
        variant: some('x'),
        cache: some('hit', 'miss' as const),
        inputTokens: some(1, 2, 3),
        cost: some(0.5, 0.25),
        ms: some(1, 2.5, 7),
        tags: some(['s'], ['s', 't'], []),
      })
      .map(({ hours, ...given }) => {
        const fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
        return recordAt(Date.UTC(2026, 0, 20, hours), { ms: undefined as never, ...fields })
      })
    const records = fc.sample(record, { numRuns: 600, seed: 7 })
    for (const each of [store, memory]) await fill(each, records)
    const time = fc.option(
      fc.integer({ min: 0, max: 24 * 40 }).map(hours => new Date(Date.UTC(2026, 0, 20, hours))),
      { nil: undefined },
    )
    const dimensions: Dimension[] = ['model', 'family', 'status', 'userId', 'variant', 'cache', 'tag', 'operation']
    const question = fc.record({
      groupBy: fc.subarray(dimensions, { maxLength: 3 }),
      bucket: some<TimeBucket>('hour', 'day', 'week', 'month'),
      percentiles: fc.boolean(),
      since: time,
      until: time,
      userId: some('u'),
      model: some('a'),
      tag: some('t'),
      status: some<RequestStatus>('success', 'interrupted'),
    })
    await fc.assert(
      fc.asyncProperty(question, async options => {
        expect(await store.requests.usage(options)).toEqual(await memory.requests.usage(options))
      }),
      { numRuns: 60, seed: 11 },
    )
  })
})
