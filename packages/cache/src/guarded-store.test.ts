import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { GuardedStore } from './guarded-store.ts'
import { createCounters } from './stats.ts'
import { memoryStore } from './stores/memory-store.ts'
import type { CacheStore } from './stores/store.ts'

const never = new Promise<never>(() => undefined)

function setup(broken: Partial<CacheStore> = {}) {
  const inner = memoryStore()
  const methods: CacheStore = {
    get: key => inner.get(key),
    set: (key, entry) => inner.set(key, entry),
    delete: key => inner.delete(key),
    clear: prefix => inner.clear(prefix),
  }
  const store: CacheStore = Object.assign(methods, broken)
  const logged: string[] = []
  const note = (_: object, message: string): void => void logged.push(message)
  const counters = createCounters()
  const logger = { debug: note, info: note, warn: note, error: note }
  return { store, counters, logged, guarded: new GuardedStore({ store, timeoutMs: 100, counters, logger }) }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a store that cannot be read is a miss, told once until it works again', async () => {
  const { store, guarded, logged, counters } = setup()
  const works = store.get.bind(store)
  store.get = () => {
    throw new Error('gone')
  }
  expect([await guarded.get('a'), await guarded.get('a')]).toEqual([undefined, undefined])
  expect(logged).toEqual(['The cache could not read its store (gone). Calls go on without it.'])
  expect(guarded.warnings).toEqual([{ code: 'cache-unavailable', message: logged[0] }])
  store.get = works
  await guarded.get('a')
  expect(guarded.warnings).toEqual([])
  store.get = async () => Promise.reject(new Error('gone again'))
  await guarded.get('a')
  expect(logged.length).toBe(2)
  expect(counters.errors).toBe(3)
})

test('a store that cannot be written is told of once, also while it can be read', async () => {
  const { guarded, logged, counters } = setup({ set: async () => Promise.reject(new Error('full')) })
  for (let index = 0; index < 3; index++) {
    await guarded.get('a')
    await guarded.set('a', { value: '1' })
  }
  expect(logged).toEqual(['The cache could not write its store (full). Calls go on without it.'])
  expect(counters).toMatchObject({ errors: 3, writes: 0 })
})

describe('a store that does not answer', () => {
  test('is waited for once, and left alone for a while', async () => {
    let asked = 0
    const { guarded, counters, store } = setup({ get: () => (asked++, never) })
    const first = guarded.get('a')
    vi.advanceTimersByTime(100)
    expect(await first).toBeUndefined()
    expect([await guarded.get('a'), guarded.set('a', { value: '1' })]).toEqual([undefined, undefined])
    expect(asked).toBe(1)
    expect(counters.errors).toBe(3)
    store.get = () => 'back'
    vi.advanceTimersByTime(10_000)
    expect(await guarded.get('a')).toBe('back')
  })

  test('to a write is not waited for for ever', async () => {
    const { guarded, logged } = setup({ set: () => never })
    const written = guarded.set('a', { value: '1' })
    const settled = guarded.settled()
    vi.advanceTimersByTime(100)
    await written
    await settled
    expect(logged).toEqual([expect.stringMatching(/could not write its store \(no answer within 100 ms\)/)])
  })

  test('leaves no timer behind when it does', async () => {
    const { guarded } = setup({ get: async () => Promise.resolve('1') })
    await guarded.get('a')
    expect(vi.getTimerCount()).toBe(0)
  })
})

test('what cannot be listed, deleted or counted stops nobody', async () => {
  const fails = (): never => {
    throw new Error('gone')
  }
  const { guarded, counters } = setup({ list: fails, delete: fails, stats: fails })
  await guarded.delete('a')
  expect([await guarded.list('a'), await guarded.stats()]).toEqual([[], {}])
  expect(counters.errors).toBe(3)
})
