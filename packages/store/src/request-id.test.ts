import { expect, test } from 'vitest'
import { createId, timeOfId, timePrefix } from './request-id.ts'

test('ids are UUIDs of version 7 and sort as they were made, also many in a millisecond and when the clock goes back', () => {
  const now = Date.now() + 60_000
  const ids = Array.from({ length: 10_000 }, (_, index) => createId(index < 5000 ? now : now - 1000))
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(10_000)
  expect(timeOfId(ids[0] ?? '')).toBe(now)
  // 4,096 fit into a millisecond.
  expect(timeOfId(ids.at(-1) ?? '')).toBe(now + 2)
})

test('what ids of a time begin with stands before them and after those of earlier times', () => {
  const [before, then] = [createId(Date.now() + 120_000), createId(Date.now() + 180_000)]
  const prefix = timePrefix(timeOfId(then))
  expect(prefix < then && prefix > before).toBe(true)
})
