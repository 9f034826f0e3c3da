import { expect, test } from 'vitest'
import { onEngines } from './__fixtures__/engines.ts'
import { fork } from './__fixtures__/processes.ts'
import type { RequestRecord } from './index.ts'

/** Kills writers as they write, one after the other. Gives each one's name and how many calls it knew to be in the ledger. */
async function killWriters(url: string, names: readonly string[]): Promise<(readonly [string, number])[]> {
  const safe: (readonly [string, number])[] = []
  for (const [index, name] of names.entries()) {
    const writer = fork('write', url, name)
    await writer.line()
    await new Promise(resolve => setTimeout(resolve, (index * 37) % 200))
    await writer.kill()
    safe.push([name, Math.max(...writer.lines.map(Number))])
  }
  return safe
}

onEngines('databases', (createPlace, engine) => {
  test('two processes at once are killed again and again: only the last batch is lost, and nothing is broken', async () => {
    const place = await createPlace()
    const store = place.open()
    await store.ready()
    const names = (lane: string) => Array.from({ length: engine === 'SQLite' ? 10 : 2 }, (_, kill) => `${lane}${kill}`)
    const safe = (await Promise.all([names('a'), names('b')].map(lane => killWriters(place.url, lane)))).flat()
    const kept = new Map<string, number[]>()
    let rows = 0
    for await (const line of store.requests.export({ format: 'jsonl' })) {
      for (const { callId = '' } of line
        .trimEnd()
        .split('\n')
        .map(json => JSON.parse(json) as RequestRecord)) {
        const [name = '', index] = callId.split('-')
        kept.set(name, [...(kept.get(name) ?? []), Number(index)])
        rows += 1
      }
    }
    for (const [name, count] of safe) {
      const calls = kept.get(name) ?? []
      expect(count).toBeGreaterThan(0)
      expect(calls.length).toBeGreaterThanOrEqual(count)
      // The first ones, without a hole.
      expect(calls).toEqual(Array.from(calls, (_, index) => index))
    }
    // What is summed up is what there is.
    expect((await store.requests.usage()).total).toMatchObject({ requests: rows, successes: rows })
    await place.check?.()
  }, 180_000)

  test('a call that its process did not survive is interrupted', async () => {
    const place = await createPlace()
    const child = fork('hang', place.url)
    await child.line()
    expect((await place.open({ leaseMs: 600_000 }).requests.list()).items).toMatchObject([{ status: 'started' }])
    await child.kill()
    const store = place.open({ leaseMs: 2000 })
    await expect
      .poll(async () => (await store.requests.list()).items[0]?.status, { timeout: 30_000, interval: 100 })
      .toBe('interrupted')
    expect((await store.requests.usage()).total).toMatchObject({ requests: 1, interrupted: 1 })
  })
})
