import { createRandom } from '@llm/core/testing'
import type { RateLimitGrant } from '@llm/core'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { describeServices } from './__fixtures__/services.ts'
import { placeOf } from './place.ts'

const charge = (key: string, amount: number, window = { limit: 10, windowMs: 60_000 }) => ({ key, amount, ...window })
const reservation = (tokens: number, cost = 0) => ({ id: randomUUID(), tokens, cost })
const taker = (id: string, leaseMs = 60_000) => ({ id, leaseMs })
const sumOf = (takes: readonly { amount: number }[]) => takes.reduce((sum, { amount }) => sum + amount, 0)
const timeOf = (grant: RateLimitGrant) => (grant.taken ? grant.at : NaN)

describeServices('engine', { timeout: 30_000 }, service => {
  const { engine } = service.url === '' ? { engine: undefined as never } : open()
  function open(reservationMs = 60_000) {
    const { url, schema, prefix } = service
    return placeOf({ url, schema, prefix, reservationMs, timeout: 5000 })
  }
  afterAll(() => engine?.close())

  test('takes all charges or none, and says how long to wait', async () => {
    const first = await engine.take([charge('all:a', 4), charge('all:b', 10)], taker('x'))
    expect(first).toEqual({ taken: true, at: expect.any(Number) })
    const refused = await engine.take([charge('all:a', 4), charge('all:b', 1)], taker('x'))
    expect(refused).toEqual({ taken: false, retryInMs: expect.any(Number) })
    const { retryInMs } = refused as { retryInMs: number }
    expect(retryInMs > 50_000 && retryInMs <= 60_000).toBe(true)
    expect(await engine.take([charge('all:a', 6)], taker('x'))).toMatchObject({ taken: true })
    expect(await engine.take([charge('all:a', 1)], taker('y'))).toMatchObject({ taken: false })
  })

  test('keys may hold anything', async () => {
    for (const key of ['', ':', '{', '}{a:b', `it's "quoted", \\ {1,2} 100% ü`]) {
      expect(await engine.take([charge(key, 10)], taker('x'))).toMatchObject({ taken: true })
      expect(await engine.take([charge(key, 1)], taker('x'))).toMatchObject({ taken: false })
    }
  })

  test('gives back to the time when it was taken, and counts what was used beyond a guess from now on', async () => {
    const at = timeOf(await engine.take([charge('adjust', 8)], taker('x')))
    await engine.adjust(charge('adjust', -5), at)
    expect(await engine.take([charge('adjust', 8)], taker('x'))).toMatchObject({ taken: false })
    expect(await engine.take([charge('adjust', 7)], taker('x'))).toMatchObject({ taken: true })
    await engine.adjust(charge('adjust', -100), at - 3_600_000)
    expect(await engine.take([charge('adjust', 1)], taker('x'))).toMatchObject({ taken: false })
    await engine.adjust(charge('adjust', 40), at)
    await engine.adjust(charge('adjust', -10), at)
    expect(await engine.take([charge('adjust', 1)], taker('x'))).toMatchObject({ taken: false })
    await engine.adjust(charge('adjust-new', 10), at)
    expect(await engine.take([charge('adjust-new', 1)], taker('x'))).toMatchObject({ taken: false })
  })

  test('no stretch of a window holds more than the limit, whoever takes, and what it says to wait is enough', async () => {
    const random = createRandom(7)
    const window = { limit: 20, windowMs: 200 }
    const taken: { at: number; amount: number }[] = []
    const take = async (name: string): Promise<void> => {
      while (sumOf(taken) < 4 * window.limit) {
        const amount = random.integer(1, 4)
        const grant = await engine.take([charge('window', amount, window)], taker(name))
        if (grant.taken) taken.push({ at: grant.at, amount })
        else await sleep(Math.min(grant.retryInMs, 100))
      }
    }
    await Promise.all(['a', 'b', 'c', 'd'].map(take))
    const within = (end: number) => taken.filter(({ at }) => at <= end && at > end - window.windowMs)
    expect(Math.max(...taken.map(({ at }) => sumOf(within(at))))).toBeLessThanOrEqual(window.limit)
  })

  test('the time that it says to wait is right to a grain', async () => {
    const window = { limit: 5, windowMs: 300 }
    await engine.take([charge('wait', 5, window)], taker('x'))
    const { retryInMs } = (await engine.take([charge('wait', 1, window)], taker('x'))) as { retryInMs: number }
    await sleep(retryInMs + 2)
    expect(await engine.take([charge('wait', 5, window)], taker('x'))).toMatchObject({ taken: true })
  })

  test('who was refused goes before those who ask later, until nothing is heard of it', async () => {
    const take = (amount: number, id: string, leaseMs?: number) =>
      engine.take([charge('claim', amount)], taker(id, leaseMs))
    const giveBack = (amount: number, grant: RateLimitGrant) => engine.adjust(charge('claim', -amount), timeOf(grant))
    const first = await take(5, 'first')
    expect(await take(9, 'big')).toMatchObject({ taken: false })
    expect(await take(1, 'small')).toMatchObject({ taken: false })
    await giveBack(5, first)
    // 9 of 10 are claimed: one more fits.
    expect(await take(2, 'small')).toMatchObject({ taken: false })
    expect(await take(1, 'small')).toMatchObject({ taken: true })
    const big = await take(9, 'big')
    expect(big).toMatchObject({ taken: true })
    expect(await take(9, 'gone', 50)).toMatchObject({ taken: false })
    await sleep(60)
    await giveBack(9, big)
    expect(await take(5, 'later', 50)).toMatchObject({ taken: true })
  })

  test('accounts hold no more than their limits, reserved by however many at once', async () => {
    const account = { key: 'a b:"{}', start: 0 }
    const ask = () => engine.reserve(account, reservation(10, 0.1), { tokens: 70, cost: 0.5 })
    const grants = await Promise.all(Array.from({ length: 20 }, ask))
    expect(grants.filter(({ granted }) => granted)).toHaveLength(5)
    expect(await engine.reserve(account, reservation(1), {})).toMatchObject({
      granted: true,
      spent: { tokens: 50, cost: 0.5 },
    })
    expect(await engine.reserve(account, reservation(20), { tokens: 70 })).toMatchObject({ granted: false })
    expect(await engine.reserve({ ...account, start: 1, end: 2 }, reservation(20), { tokens: 20 })).toMatchObject({
      granted: true,
      spent: { tokens: 0, cost: 0 },
    })
  })

  test('what was used takes the place of what was reserved; told twice, it counts twice and holds nothing', async () => {
    const account = { key: 'settle', start: Date.now(), end: Date.now() + 60_000 }
    const given = reservation(100, 0.3)
    await engine.reserve(account, given, {})
    await engine.settle(account, given, { tokens: 7, cost: 0.1 })
    const spent = async () => (await engine.reserve(account, reservation(0), {})).spent
    expect(await spent()).toEqual({ tokens: 7, cost: 0.1 })
    await engine.settle(account, given, { tokens: 7, cost: 0.1 })
    expect(await spent()).toEqual({ tokens: 14, cost: 0.2 })
  })

  test('what is held for a process that has died lapses, and a call that takes longer still counts', async () => {
    const { engine: hasty } = open(100)
    const account = { key: 'lapse', start: 0 }
    const [dead, slow] = [reservation(60), reservation(30)]
    await hasty.reserve(account, dead, {})
    await hasty.reserve(account, slow, {})
    await sleep(120)
    expect(await hasty.reserve(account, reservation(100), { tokens: 100 })).toMatchObject({ granted: true })
    await hasty.settle(account, slow, { tokens: 25, cost: 0 })
    await sleep(120)
    expect((await hasty.reserve(account, reservation(0), {})).spent).toEqual({ tokens: 25, cost: 0 })
    await hasty.close()
  })
})
