import { describe, expect, test } from 'vitest'
import { memoryStore } from './memory-store.ts'

describe('room', () => {
  test('is made by what was used longest ago', async () => {
    const store = memoryStore({ maxBytes: 60 })
    // 20 bytes each: two for every character.
    for (const key of ['a', 'b', 'c']) await store.set(key, { value: '123456789' })
    await store.get('a')
    await store.set('d', { value: '123456789' })
    expect(['a', 'b', 'c', 'd'].filter(key => store.get(key) !== undefined)).toEqual(['a', 'c', 'd'])
    expect(store.stats?.()).toEqual({ entries: 3, bytes: 60, evictions: 1 })
  })

  test('is not made for what is larger than all of it; the old one goes, as it is no longer true', async () => {
    const store = memoryStore({ maxBytes: 60 })
    await store.set('a', { value: 'old' })
    await store.set('b', { value: 'b' })
    await store.set('a', { value: 'x'.repeat(30) })
    expect([store.get('a'), store.get('b')]).toEqual([undefined, 'b'])
  })
})

test.each([0, -1, NaN])('a size of %s is refused', maxBytes => {
  expect(() => memoryStore({ maxBytes })).toThrow(/maxBytes/)
})

test('an unknown option is refused', () => {
  expect(() => memoryStore({ maxByte: 5 } as object)).toThrow(/maxByte/)
})
