import type { RateLimitGrant } from '@llm/core'
import { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible'
import { expect, test } from 'vitest'
import { describeServices } from './__fixtures__/services.ts'
import { flexibleRateLimits } from './flexible-rate-limits.ts'

const charge = (key: string, amount: number, limit = 10) => ({ key, amount, limit, windowMs: 60_000 })

function inMemory() {
  return flexibleRateLimits(
    ({ limit, windowMs }) => new RateLimiterMemory({ points: limit, duration: windowMs / 1000 }),
  )
}

test('takes all charges or none, and what was refused does not count', async () => {
  const store = inMemory()
  expect(await store.take([charge('a', 4), charge('b', 20, 20)])).toMatchObject({ taken: true })
  for (let turn = 0; turn < 3; turn++) {
    const refused = await store.take([charge('a', 6), charge('b', 1, 20)])
    expect(refused).toEqual({ taken: false, retryInMs: expect.any(Number) })
  }
  expect(await store.take([charge('a', 6)])).toMatchObject({ taken: true })
  expect(await store.take([charge('a', 1)])).toMatchObject({ taken: false })
})

test('gives back only within the window that was taken from, and counts what was used beyond a guess', async () => {
  const store = inMemory()
  const grant = (await store.take([charge('a', 10)])) as RateLimitGrant & { at: number }
  await store.adjust(charge('a', -6), grant.at)
  expect(await store.take([charge('a', 6)])).toMatchObject({ taken: true })
  // A window that is over.
  await store.adjust(charge('a', -10), Date.now() - 1)
  expect(await store.take([charge('a', 1)])).toMatchObject({ taken: false })
  await store.adjust(charge('b', 10), 0)
  expect(await store.take([charge('b', 1)])).toMatchObject({ taken: false })
})

test('an engine that fails is an error, and what was taken before it is given back', async () => {
  const broken = {
    consume: () => Promise.reject(new Error('gone')),
    reward: () => Promise.resolve(),
    penalty: () => Promise.resolve(),
  }
  const memory = new RateLimiterMemory({ points: 10, duration: 60 })
  const store = flexibleRateLimits(({ limit }) => (limit === 10 ? memory : broken))
  await expect(store.take([charge('a', 10), charge('b', 1, 20)])).rejects.toThrow('gone')
  expect(await store.take([charge('a', 10)])).toMatchObject({ taken: true })
})

describeServices('fixed windows', { timeout: 30_000, only: 'Redis' }, ({ url, prefix }) => {
  test('are shared', async () => {
    const storeClient = new Redis(url)
    const open = () =>
      flexibleRateLimits(
        ({ limit, windowMs }) =>
          new RateLimiterRedis({ storeClient, keyPrefix: prefix, points: limit, duration: windowMs / 1000 }),
      )
    const [one, other] = [open(), open()]
    expect(await one.take([charge('minute', 6)])).toMatchObject({ taken: true })
    expect(await other.take([charge('minute', 5)])).toMatchObject({ taken: false })
    expect(await other.take([charge('minute', 4)])).toMatchObject({ taken: true })
    storeClient.disconnect()
  })
})
