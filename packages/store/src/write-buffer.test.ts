import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { recordAt } from './__fixtures__/records.ts'
import type { RequestDetail } from './index.ts'
import { refused } from './store-error.ts'
import { WriteBuffer, type BufferOptions } from './write-buffer.ts'

const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }

function create(options: Partial<BufferOptions> = {}) {
  const batches: (readonly RequestDetail[])[] = []
  const write = vi.fn(async (records: readonly RequestDetail[]) => void batches.push(records))
  const buffer = new WriteBuffer({ flushMs: 250, batchSize: 3, maxWaiting: 10, logger, write, ...options })
  const add = (id: string, given: Partial<RequestDetail> = {}) => {
    buffer.add(id, () => ({ ...recordAt(1, given), id }))
  }
  return { buffer, write, add, batches: () => batches.map(batch => batch.map(({ id }) => id)) }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.clearAllMocks()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('rows', () => {
  test('wait 250 ms for others', async () => {
    const { add, batches } = create()
    add('a')
    await vi.advanceTimersByTimeAsync(200)
    add('b')
    await vi.advanceTimersByTimeAsync(49)
    expect(batches()).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(batches()).toEqual([['a', 'b']])
  })

  test('wait no longer where there are enough, and are written in batches', async () => {
    const { add, buffer, batches } = create()
    for (const id of 'abcdefg') add(id)
    await vi.advanceTimersByTimeAsync(0)
    expect(batches()).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
    ])
    await vi.advanceTimersByTimeAsync(250)
    expect(batches()).toHaveLength(3)
    expect(buffer.status).toEqual({ waiting: 0, written: 7, dropped: 0 })
  })

  test('of one id are one, the last', async () => {
    const { add, write } = create()
    add('a', { inputTokens: 1 })
    add('a', { inputTokens: 2 })
    await vi.advanceTimersByTimeAsync(250)
    expect(write.mock.calls).toMatchObject([[[{ id: 'a', inputTokens: 2 }]]])
  })

  test('recorded anew while they are written are written again', async () => {
    const held = Promise.withResolvers<void>()
    const write = vi.fn<BufferOptions['write']>().mockReturnValueOnce(held.promise).mockResolvedValue()
    const { add, buffer } = create({ write })
    add('a', { inputTokens: 1 })
    await vi.advanceTimersByTimeAsync(250)
    add('a', { inputTokens: 2 })
    const flushed = buffer.flush()
    held.resolve()
    await flushed
    expect(write.mock.calls.map(([[record]]) => record?.inputTokens)).toEqual([1, 2])
  })

  test('that cannot be made are dropped, and hold up no other', async () => {
    const { add, buffer, batches } = create()
    add('a')
    buffer.add('b', () => {
      throw new Error('no')
    })
    add('c')
    await vi.advanceTimersByTimeAsync(0)
    expect(batches()).toEqual([['a', 'c']])
    expect(buffer.status).toEqual({ waiting: 0, written: 2, dropped: 1 })
  })

  test('that the database refuses are found and dropped, and hold up no other', async () => {
    const written: string[] = []
    const write = async (records: readonly RequestDetail[]) => {
      if (records.some(({ id }) => id === 'e')) throw refused('This database', new Error('no'))
      written.push(...records.map(({ id }) => id))
    }
    const { add, buffer } = create({ write, batchSize: 7 })
    for (const id of 'abcdefg') add(id)
    await vi.advanceTimersByTimeAsync(0)
    expect(written).toEqual([...'abcdfg'])
    expect(buffer.status).toEqual({ waiting: 0, written: 6, dropped: 1 })
    expect(logger.error).toHaveBeenCalledOnce()
  })

  test('with long texts go in several parts', async () => {
    const { add, batches } = create()
    for (const id of 'abc') add(id, { prompt: 'x'.repeat(3_000_000) })
    await vi.advanceTimersByTimeAsync(0)
    expect(batches()).toEqual([['a', 'b'], ['c']])
  })
})

describe('where nothing can be written', () => {
  const gone = () => Promise.reject(new Error('gone'))

  test('rows wait, ever longer between two tries, and are written when that works again', async () => {
    const write = vi.fn<BufferOptions['write']>(gone)
    const { add, buffer } = create({ write })
    add('a')
    await vi.advanceTimersByTimeAsync(250)
    expect(write).toHaveBeenCalledTimes(1)
    expect(buffer.status).toMatchObject({ waiting: 1, written: 0, error: { code: 'store' } })
    await vi.advanceTimersByTimeAsync(500 + 1000 + 2000)
    expect(write).toHaveBeenCalledTimes(4)
    await vi.advanceTimersByTimeAsync(4000 + 5000 + 5000)
    expect(write).toHaveBeenCalledTimes(7)
    expect(logger.warn).toHaveBeenCalledOnce()
    write.mockResolvedValue()
    add('b')
    await vi.advanceTimersByTimeAsync(5000)
    expect(buffer.status).toEqual({ waiting: 0, written: 2, dropped: 0 })
    expect(logger.info).toHaveBeenCalledOnce()
  })

  test('the oldest are dropped when too many wait, which is told now and then', async () => {
    const write = vi.fn<BufferOptions['write']>(gone)
    const { add, buffer } = create({ write })
    for (let index = 0; index < 18; index++) add(`${index}`)
    await vi.advanceTimersByTimeAsync(250)
    expect(buffer.status).toMatchObject({ waiting: 10, dropped: 8 })
    expect(logger.error.mock.calls.map(([{ dropped }]) => dropped as number)).toEqual([1, 2, 4, 8])
    write.mockResolvedValue()
    await buffer.flush()
    expect(write.mock.lastCall?.[0].at(-1)?.id).toBe('17')
    expect(buffer.status).toEqual({ waiting: 0, written: 10, dropped: 8 })
  })

  test('flush says why, and the rows wait on', async () => {
    const { add, buffer } = create({ write: gone })
    add('a')
    await expect(buffer.flush()).rejects.toMatchObject({ code: 'store', cause: { message: 'gone' } })
    expect(buffer.status).toMatchObject({ waiting: 1, dropped: 0 })
  })

  test('close tries once more, and counts what is lost', async () => {
    const { add, buffer } = create({ write: gone })
    add('a')
    await expect(buffer.close()).rejects.toMatchObject({ code: 'store' })
    expect(buffer.status).toMatchObject({ waiting: 0, dropped: 1 })
  })
})

test('close writes everything that waits, and later rows are dropped', async () => {
  const { add, buffer, batches } = create()
  for (const id of 'abcde') add(id)
  await buffer.close()
  expect(batches().flat()).toEqual([...'abcde'])
  add('late')
  expect(buffer.status).toEqual({ waiting: 0, written: 5, dropped: 1 })
})
