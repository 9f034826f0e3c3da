import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FlightReader } from './flight.ts'
import { Flights, type Departure } from './flights.ts'

const runs = { seed: 17, numRuns: 300 }
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** A call that has so many pieces, and goes on when it is told to. */
function createCall(pieces: number, failsAt: number | undefined) {
  const waiting: (() => void)[] = []
  let next = 0
  const seen = { opened: 0, cancelled: 0, kept: [] as (readonly number[])[], left: false }
  const departure = (keeps: boolean): Departure<number, number> => ({
    open: left => {
      seen.opened += 1
      left.addEventListener('abort', () => (seen.left = true))
      return {
        async pull() {
          await new Promise<void>(resolve => waiting.push(resolve))
          if (next === failsAt) throw new Error('broken')
          return next < pieces ? [next++] : undefined
        },
        cancel: async () => void (seen.cancelled += 1),
        snapshot: () => next,
      }
    },
    keeps,
    keep: async (_, all) => {
      seen.kept.push([...all])
      return {}
    },
  })
  return { seen, departure, advance: () => waiting.shift()?.() }
}

/** What a reader has got, and how it ended. */
interface Seen {
  readonly pieces: number[]
  outcome?: 'end' | 'error' | 'left'
}

async function read(reader: FlightReader<number, number>, seen: Seen): Promise<void> {
  try {
    for (let batch = await reader.pull(); batch !== undefined; batch = await reader.pull()) seen.pieces.push(...batch)
    seen.outcome ??= 'end'
  } catch {
    seen.outcome = 'error'
  }
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant('advance' as const) },
  { weight: 2, arbitrary: fc.record({ join: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ leave: fc.nat(5) }) },
)

test('whoever comes and goes: all who stay get every piece in order, and the call ends with the last', async () => {
  const setting = fc.record({
    pieces: fc.nat(6),
    failsAt: fc.option(fc.nat(6), { nil: undefined }),
    steps: fc.array(step, { maxLength: 25 }),
  })
  await fc.assert(
    fc.asyncProperty(setting, async ({ pieces, failsAt, steps }) => {
      const flights = new Flights<number, number>()
      const { seen, departure, advance } = createCall(pieces, failsAt)
      const readers: { reader: FlightReader<number, number>; seen: Seen; keeps: boolean }[] = []
      const join = (keeps: boolean): void => {
        // A key of its own for each call: what is over is begun anew, which is another test.
        if (seen.opened > 0 && (seen.left || readers.every(other => other.seen.outcome !== undefined))) return
        if (readers.some(other => other.seen.outcome === 'end' || other.seen.outcome === 'error')) return
        const { reader } = flights.join('key', departure(keeps))
        const entry = { reader, seen: { pieces: [] } as Seen, keeps }
        readers.push(entry)
        void read(reader, entry.seen)
      }
      join(true)
      for (const next of steps) {
        if (next === 'advance') advance()
        else if ('join' in next) join(next.join)
        else {
          const entry = readers[next.leave]
          if (entry !== undefined && entry.seen.outcome === undefined) {
            entry.seen.outcome = 'left'
            void entry.reader.cancel()
          }
        }
        await turn()
      }
      for (let index = 0; index <= pieces + 1; index++) {
        advance()
        await turn()
      }

      const all = Array.from({ length: pieces }, (_, index) => index)
      const fails = failsAt !== undefined && failsAt <= pieces
      const stayed = readers.filter(entry => entry.seen.outcome !== 'left')
      expect(seen.opened).toBe(1)
      for (const { seen: got } of readers) expect(got.pieces).toEqual(all.slice(0, got.pieces.length))
      for (const { seen: got } of stayed) {
        expect(got).toEqual(
          fails ? { pieces: all.slice(0, failsAt), outcome: 'error' } : { pieces: all, outcome: 'end' },
        )
      }
      if (stayed.length > 0) {
        expect([seen.cancelled, seen.left]).toEqual([0, false])
        expect(seen.kept).toEqual(fails ? [] : [all])
      }
      // A call that nobody waits for is ended, unless it was over.
      if (stayed.length === 0 && seen.kept.length === 0) expect([seen.cancelled, seen.left]).toEqual([1, true])
    }),
    runs,
  )
})

test('a call that is over is not joined, once its answer is written', async () => {
  const flights = new Flights<number, number>()
  let written: () => void = () => undefined
  const kept = new Promise<void>(resolve => (written = resolve))
  const departure = (): Departure<number, number> => ({
    ...createCall(0, undefined).departure(true),
    open: () => ({ pull: () => Promise.resolve(undefined), cancel: () => Promise.resolve(), snapshot: () => 7 }),
    keep: () => Promise.resolve({ written: kept }),
  })
  const first = flights.join('key', departure())
  expect(await first.reader.pull()).toBeUndefined()
  expect(flights.join('key', departure()).hasJoined).toBe(true)
  written()
  await turn()
  expect(flights.join('key', departure()).hasJoined).toBe(false)
})

test('an answer is kept where any of those who wait for it wants that', async () => {
  for (const [one, other] of [
    [false, false],
    [false, true],
    [true, false],
  ] as const) {
    const flights = new Flights<number, number>()
    const { seen, departure, advance } = createCall(0, undefined)
    const readers = [flights.join('key', departure(one)), flights.join('key', departure(other))]
    const all = readers.map(async ({ reader }) => reader.pull())
    advance()
    await Promise.all(all)
    expect(seen.kept.length).toBe(one || other ? 1 : 0)
  }
})

test('an answer that cannot be kept is an answer all the same, and the next call is made anew', async () => {
  const failures: Departure<number, number>['keep'][] = [
    () => Promise.reject(new Error('unkeepable')),
    () => Promise.resolve({ written: Promise.reject(new Error('disk full')) }),
  ]
  for (const keep of failures) {
    const flights = new Flights<number, number>()
    const { departure, advance } = createCall(0, undefined)
    const { reader } = flights.join('key', { ...departure(true), keep })
    const end = reader.pull()
    advance()
    expect(await end).toBeUndefined()
    await turn()
    expect(flights.join('key', departure(true)).hasJoined).toBe(false)
  }
})
