import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Calls } from '../connections-worker.ts'
import { medians } from '../rounds.ts'
import type { Part } from './part.ts'

const WAYS = ['a connection a call', 'the runtime’s own fetch', 'pooledFetch, HTTP/1.1', 'pooledFetch, HTTP/2']

/** Longer than the runtime keeps an idle connection: 4 seconds. */
const PAUSE_MS = 5_000

/** What it takes to connect, over TLS, and what is saved by not doing it again. Time that passes: waiting is the point. */
export const connections: Part = async ({ quick }) => {
  const lanes = await Promise.all(WAYS.map(startLane))
  try {
    const near = lanes.map((): number[] => [])
    const far = lanes.map((): number[] => [])
    for (let round = quick ? -1 : -3; round < (quick ? 3 : 15); round++) {
      for (const [index, lane] of lanes.entries()) {
        const [nearMs, farMs] = [await lane.ms({ to: 'near', count: 10 }), await lane.ms({ to: 'far', count: 10 })]
        if (round < 0) continue
        near[index]?.push(nearMs)
        far[index]?.push(farMs)
      }
    }
    const counts = (calls: LaneCalls) => Promise.all(lanes.map(lane => lane.connections(calls)))
    const inARow = await counts({ to: 'near', count: 10 })
    const atOnce = await counts({ to: 'slow', count: 100, atOnce: true })
    const paused = await counts({ to: 'near', count: quick ? 3 : 10, pauseMs: PAUSE_MS })
    const rows = WAYS.map((name, index) => ({
      name,
      cells: [inARow[index], median(near[index]), median(far[index]), atOnce[index], paused[index]],
    }))
    const pauses = `${quick ? 3 : 10} calls, 5 s between: connections`
    const columns = ['10 calls in a row: connections', 'ms', 'ms, 40 ms away', '100 at once: connections', pauses]
    return { title: 'Calls over TLS, from the first connection on', columns, rows, compare: false }
  } finally {
    for (const lane of lanes) lane.stop()
  }
}

interface LaneCalls extends Omit<Calls, 'baseURL'> {
  readonly to: 'near' | 'far' | 'slow'
}

/** One way to connect, in a process of its own, and a server that only it uses. */
interface Lane {
  /** How long the calls take, from nothing on. */
  ms(calls: LaneCalls): Promise<number>
  /** How many connections the server has seen of the calls. */
  connections(calls: LaneCalls): Promise<number>
  stop(): void
}

async function startLane(way: string): Promise<Lane> {
  const server = fork(new URL('../wire/tls-server.ts', import.meta.url))
  const [{ port, distant, ca }] = (await once(server, 'message')) as [{ port: number; distant: number; ca: string }]
  const worker = fork(new URL('../connections-worker.ts', import.meta.url), [way, ca])
  const urls = { near: `https://localhost:${port}`, far: `https://localhost:${distant}` }
  const make = ({ to, ...calls }: LaneCalls): Promise<number> =>
    ask(worker, { ...calls, baseURL: to === 'slow' ? `${urls.near}/slow` : urls[to] })
  return {
    async ms(calls) {
      await ask(server, 'count')
      return make(calls)
    },
    async connections(calls) {
      await ask(server, 'count')
      await make(calls)
      return ask(server, 'count')
    },
    stop() {
      server.disconnect()
      worker.kill()
    },
  }
}

/** The answer of a process, or the error that it has ended. */
async function ask(process: ChildProcess, question: Calls | 'count'): Promise<number> {
  const done = new AbortController()
  const { signal } = done
  const ended = once(process, 'exit', { signal }).then(() => {
    throw new Error('A process ended before its time.')
  })
  try {
    process.send(question)
    const [answer] = (await Promise.race([once(process, 'message', { signal }), ended])) as [number]
    return answer
  } finally {
    done.abort()
    ended.catch(() => undefined)
  }
}

const median = (values: readonly number[] = []): number | undefined => medians(values.map(ms => ({ ms })))['ms']
