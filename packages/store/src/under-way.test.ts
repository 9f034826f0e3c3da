import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { recordAt } from './__fixtures__/records.ts'
import { defineStore } from './index.ts'
import { MemoryBackend } from './memory/memory-backend.ts'

/** One place, and two processes that have it open. */
function openTwice() {
  const backend = new MemoryBackend()
  backend.close = () => Promise.resolve()
  return [defineStore(backend, { leaseMs: 3000 }), defineStore(backend, { leaseMs: 3000 })] as const
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a long call is under way for as long as its process lives, and interrupted when that has died', async () => {
  const [caller, other] = openTwice()
  const call = { ...recordAt(Date.now()), status: 'started' as const, seenAt: new Date() }
  const status = async () => (await other.requests.byId(call.id))?.status
  caller.record(call.id, () => call)
  await caller.flush()
  await vi.advanceTimersByTimeAsync(30_000)
  expect(await status()).toBe('started')
  // Its timers are all that would be left of it.
  await caller.close()
  await vi.advanceTimersByTimeAsync(2900)
  expect(await status()).toBe('started')
  await vi.advanceTimersByTimeAsync(1200)
  expect(await status()).toBe('interrupted')
})

test('a call that was thought dead is made good by its end', async () => {
  const [caller, other] = openTwice()
  const call = recordAt(Date.now())
  caller.record(call.id, () => ({ ...call, status: 'started', seenAt: new Date(Date.now() - 60_000) }))
  await caller.flush()
  expect((await other.requests.byId(call.id))?.status).toBe('interrupted')
  caller.record(call.id, () => call)
  await caller.flush()
  expect(await other.requests.byId(call.id)).toEqual(call)
  expect(vi.getTimerCount()).toBe(0)
})
