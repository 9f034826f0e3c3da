import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { describeServices } from '../__fixtures__/services.ts'
import { placeOf } from '../place.ts'
import { cleanUp, namesIn } from './schema.ts'

const DAY = 86_400_000

describeServices('tables', { timeout: 30_000, only: 'PostgreSQL' }, ({ url, schema }) => {
  test('what has expired is removed, and nothing else', async () => {
    const { engine } = placeOf({ url, schema, reservationMs: 20, timeout: 5000 })
    const amount = () => ({ id: randomUUID(), tokens: 1, cost: 0 })
    const taker = { id: 'x', leaseMs: 1000 }
    await engine.take([{ key: 'short', limit: 1, windowMs: 10, amount: 1 }], taker)
    await engine.take([{ key: 'long', limit: 1, windowMs: 60_000, amount: 1 }], taker)
    await engine.reserve({ key: 'over', start: 0, end: Date.now() - 2 * DAY }, amount(), {})
    await engine.reserve({ key: 'late', start: 0, end: Date.now() - DAY / 2 }, amount(), {})
    await engine.reserve({ key: 'endless', start: 0 }, amount(), {})
    await sleep(30)
    const names = namesIn(schema)
    const client = new pg.Client(url)
    await client.connect()
    await client.query(cleanUp(names))
    const keys = async (table: string) => {
      const { rows } = await client.query<{ key: string }>(`SELECT key FROM ${table} ORDER BY key`)
      return rows.map(({ key }) => key)
    }
    expect(await keys(names.limits)).toEqual(['long'])
    expect(await keys(names.budgets)).toEqual(['endless', 'late'])
    expect(await keys(names.reservations)).toEqual([])
    await client.end()
    await engine.close()
  })
})
