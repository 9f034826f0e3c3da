import { silentLogger } from '@llm/core'
import { expect, test } from 'vitest'
import { GuardedStore } from '../guarded-store.ts'
import { createCounters } from '../stats.ts'
import { memoryStore } from '../stores/memory-store.ts'
import { KnownQuestions } from './known-questions.ts'

test('contexts that were not used for long make room in memory, and are read again', async () => {
  const inner = memoryStore()
  let listed: string[] = []
  const store = new GuardedStore({
    store: {
      get: key => inner.get(key),
      set: (key, entry) => inner.set(key, entry),
      delete: key => inner.delete(key),
      clear: () => inner.clear(),
      list: prefix => (listed.push(prefix), inner.list?.(prefix) ?? []),
    },
    timeoutMs: 1000,
    counters: createCounters(),
    logger: silentLogger,
  })
  const known = new KnownQuestions(store, 1000, 15_000)
  // 4,000 bytes each, and what is around them: three have room, four have not.
  const vector = new Float32Array(1000).fill(0.5)
  for (const context of ['a:', 'b:', 'c:', 'd:']) {
    await known.of(context)
    await known.add(context, { id: '1', key: `answer ${context}`, vector, at: 1 }, undefined)
  }
  listed = []
  for (const context of ['b:', 'c:', 'd:', 'a:']) {
    expect((await known.of(context)).map(({ key }) => key)).toEqual([`answer ${context}`])
  }
  expect(listed).toEqual(['a:'])
})
