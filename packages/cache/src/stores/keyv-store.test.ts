import { Keyv } from 'keyv'
import { expect, test } from 'vitest'
import { keyvStore, type KeyvLike } from './keyv-store.ts'

test('any Keyv is a store', async () => {
  const store = keyvStore(new Keyv())
  await store.set('a:1', { value: 'one', expiresAt: Date.now() + 60_000 })
  await store.set('b:1', { value: 'two' })
  await store.set('a:2', { value: 'late', expiresAt: Date.now() - 1 })
  expect([await store.get('a:1'), await store.get('a:2')]).toEqual(['one', undefined])
  const listed: unknown[] = []
  for await (const entry of store.list?.('a:') ?? []) listed.push(entry)
  expect(listed).toEqual([['a:1', 'one']])
  await store.clear('a:')
  expect([await store.get('a:1'), await store.get('b:1')]).toEqual([undefined, 'two'])
  await store.clear()
  expect(await store.get('b:1')).toBeUndefined()
})

test('what is no text is not ours', async () => {
  const keyv = new Keyv()
  await keyv.set('a', { some: 'object' })
  expect(await keyvStore(keyv).get('a')).toBeUndefined()
})

test('errors that are told by an event alone are thrown, once', async () => {
  let tell: (error: Error) => void = () => undefined
  let kept = true
  const keyv: KeyvLike = {
    get: () => Promise.resolve(undefined),
    set: () => Promise.resolve(kept),
    delete: () => Promise.resolve(true),
    clear: () => Promise.resolve(tell(new Error('not cleared'))),
    on: (_, listener) => (tell = listener),
  }
  const store = keyvStore(keyv)
  await expect(store.clear()).rejects.toThrow('not cleared')
  expect(await store.get('a')).toBeUndefined()
  keyv.get = () => Promise.resolve(void tell(new Error('not read')))
  await expect(store.get('a')).rejects.toThrow('not read')
  kept = false
  await expect(store.set('a', { value: '1' })).rejects.toThrow('The adapter has not kept the entry.')
  // Without an iterator there is nothing to list, and nothing to clear by its beginning.
  const listed: unknown[] = []
  for await (const entry of store.list?.('') ?? []) listed.push(entry)
  expect(listed).toEqual([])
  await store.close?.()
})
