import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createManualClock } from '../../testing/manual-clock.ts'
import { memoryRateLimitStore } from './memory-store.ts'
import type { RateLimitGrant } from './store.ts'

const charge = (amount: number, key = 'a', limit = 10) => ({ key, limit, windowMs: 1000, amount })

test('takes all charges or none', () => {
  const store = memoryRateLimitStore(createManualClock())
  expect(store.take([charge(4), charge(10, 'b')])).toEqual({ taken: true, at: 0 })
  expect(store.take([charge(4), charge(1, 'b')])).toEqual({ taken: false, retryInMs: 1000 })
  expect(store.take([charge(6)])).toEqual({ taken: true, at: 0 })
})

test('no window of its length holds more than the limit, and the time it says to wait is right', async () => {
  const takes = fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer({ min: 1, max: 10 })), {
    maxLength: 200,
  })
  await fc.assert(
    fc.asyncProperty(takes, async list => {
      const clock = createManualClock()
      const store = memoryRateLimitStore(clock)
      const taken: { at: number; amount: number }[] = []
      const within = (now: number) =>
        taken.filter(({ at }) => at > now - 1000).reduce((sum, { amount }) => sum + amount, 0)
      for (const [gap, amount] of list) {
        await clock.advance(gap)
        const grant = store.take([charge(amount)]) as RateLimitGrant
        expect(grant.taken).toBe(within(clock.now()) + amount <= 10)
        if (grant.taken) taken.push({ at: clock.now(), amount })
        else {
          expect(within(clock.now() + grant.retryInMs) + amount).toBeLessThanOrEqual(10)
          expect(within(clock.now() + grant.retryInMs - 1) + amount).toBeGreaterThan(10)
        }
      }
    }),
    { numRuns: 50 },
  )
})

test('what is given back never lets more through than was really used', async () => {
  const calls = fc.array(
    fc.record({ gap: fc.nat(300), guess: fc.integer({ min: 1, max: 10 }), used: fc.nat(10), after: fc.nat(900) }),
    { maxLength: 60 },
  )
  await fc.assert(
    fc.asyncProperty(calls, async list => {
      const clock = createManualClock()
      const store = memoryRateLimitStore(clock)
      const used: { at: number; amount: number }[] = []
      for (const { gap, guess, used: real, after } of list) {
        await clock.advance(gap)
        const grant = store.take([charge(guess)]) as RateLimitGrant
        if (!grant.taken) continue
        const call = { at: clock.now(), amount: guess }
        used.push(call)
        void clock.sleep(after).then(() => {
          store.adjust(charge(Math.min(real, guess) - guess), call.at) as undefined
          call.amount = Math.min(real, guess)
        })
        const inWindow = used.filter(({ at }) => at > clock.now() - 1000)
        expect(inWindow.reduce((sum, { amount }) => sum + amount, 0)).toBeLessThanOrEqual(10)
      }
    }),
    { numRuns: 50 },
  )
})

test('what was used beyond a guess counts, and what nobody has taken cannot be given back', async () => {
  const clock = createManualClock()
  const store = memoryRateLimitStore(clock)
  void store.take([charge(1)])
  void store.adjust(charge(20), 0)
  void store.adjust(charge(-100, 'b'), 0)
  expect(store.take([charge(1)])).toEqual({ taken: false, retryInMs: 1000 })
  expect(store.take([charge(11, 'b')])).toEqual({ taken: false, retryInMs: 1000 })
  await clock.advance(1000)
  expect(store.take([charge(10)])).toMatchObject({ taken: true })
})

test('keys that nobody uses any more take no room', async () => {
  const clock = createManualClock()
  const store = memoryRateLimitStore(clock)
  for (let round = 0; round < 3; round++) {
    await clock.advance(1000)
    for (let index = 0; index < 1024; index++) void store.take([charge(1, `user-${String(round)}-${String(index)}`)])
  }
  expect(store.size).toBeLessThanOrEqual(2 * 1024)
})

test('takes that are close together count as the last of them: for longer than they need, never for less', async () => {
  const clock = createManualClock()
  const store = memoryRateLimitStore(clock)
  const take = () => store.take([{ key: 'a', limit: 3, windowMs: 60_000, amount: 1 }]) as RateLimitGrant
  take()
  await clock.advance(5)
  take()
  await clock.advance(5)
  take()
  expect(take()).toEqual({ taken: false, retryInMs: 59_995 })
  await clock.advance(59_995)
  expect([take(), take(), take()].map(({ taken }) => taken)).toEqual([true, true, false])
})
