import { expect, test, vi } from 'vitest'
import { memoryStore } from './memory-store.ts'
import { openLater } from './open-later.ts'
import type { CacheStore } from './store.ts'

function setup(failures: number) {
  const seen: string[] = []
  const open = async (): Promise<CacheStore> => {
    seen.push('open')
    const store = memoryStore()
    const opened = seen.filter(step => step === 'open').length
    return {
      get: key => {
        if (opened <= failures) throw new Error('not yet')
        return store.get(key)
      },
      set: (key, entry) => store.set(key, entry),
      delete: key => store.delete(key),
      clear: prefix => store.clear(prefix),
      close: () => void seen.push('close'),
    }
  }
  return { seen, store: openLater(open) }
}

test('is opened once, however many use it at first', async () => {
  const { seen, store } = setup(0)
  expect(seen).toEqual([])
  await Promise.all([store.get('a'), store.get('b'), store.set('c', { value: '1' })])
  expect(seen).toEqual(['open'])
})

test('is opened anew until it has worked', async () => {
  const { seen, store } = setup(2)
  await expect(store.get('a')).rejects.toThrow('not yet')
  await expect(Promise.all([store.get('a'), store.get('a')])).rejects.toThrow('not yet')
  expect(await store.get('a')).toBeUndefined()
  expect(seen).toEqual(['open', 'close', 'open', 'close', 'open'])
})

test('is closed where it is open, and opened again by who uses it after', async () => {
  const { seen, store } = setup(0)
  await store.close?.()
  await store.get('a')
  await store.close?.()
  await store.get('a')
  expect(seen).toEqual(['open', 'close', 'open'])
})

test('keeps the process alive for what is under way, but not for ever', async () => {
  vi.useFakeTimers()
  try {
    const never = new Promise<undefined>(() => undefined)
    const store = openLater(async () => ({ ...memoryStore(), get: () => never }))
    void store.get('a')
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})
