import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { CompletionRequest, Provider } from '@llm/core'
import { fullStack } from './full-stack.ts'
import { held, type Held } from './leftovers.ts'

const REQUEST: CompletionRequest = { model: 'model-1', messages: [{ role: 'user', content: 'Hi' }], maxTokens: 50 }
const PIECES = 50
const INTERVAL_MS = 100

/** What many streams at the same time take. */
export interface StreamReport {
  readonly streams: number
  /** How many were open at the same time, at most. */
  readonly atOnce: number
  readonly events: number
  readonly seconds: number
  /** Of CPU time, all threads of this process, in microseconds an event. */
  readonly cpuPerEvent: number
  /** Of the heap, with all streams open, in KiB a stream. */
  readonly kibPerStream: number
  /** How late timers were until all were open, and from there on. */
  readonly opening: Delay
  readonly streaming: Delay
  /** Timers and sockets at the end, over those at the beginning. */
  readonly left: Left
}

/** How late the event loop was, in milliseconds. */
export interface Delay {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** What is left when all is over. */
type Left = Pick<Held, 'timers' | 'sockets'>

/** Reads so many streams of 50 pieces at the same time, a piece of each every 100 ms once all are open. */
export async function measureStreams(streams: number): Promise<StreamReport> {
  const before = await held()
  const report = await withStack([PIECES, INTERVAL_MS], async (provider, goOn) => {
    const opening = monitorEventLoopDelay({ resolution: 5 })
    const streaming = monitorEventLoopDelay({ resolution: 5 })
    const started = performance.now()
    const cpu = process.cpuUsage()
    const count = { open: 0, atOnce: 0, events: 0, heap: 0 }
    const whenAllOpen = async (): Promise<void> => {
      // Looking at the memory takes longer than any call.
      opening.disable()
      count.heap = (await held()).heap
      streaming.enable()
      goOn()
    }
    const read = async (): Promise<void> => {
      let begun = false
      for await (const { type } of provider.stream(REQUEST)) {
        count.events += 1
        if (begun || type !== 'text-delta') continue
        begun = true
        count.open += 1
        count.atOnce = Math.max(count.atOnce, count.open)
        if (count.open === streams) await whenAllOpen()
      }
      count.open -= 1
    }
    opening.enable()
    await Promise.all(Array.from({ length: streams }, read))
    streaming.disable()
    const { user, system } = process.cpuUsage(cpu)
    return {
      streams,
      atOnce: count.atOnce,
      events: count.events,
      seconds: (performance.now() - started) / 1000,
      cpuPerEvent: (user + system) / count.events,
      kibPerStream: ((count.heap - before.heap) * 1024) / streams,
      opening: delayOf(opening),
      streaming: delayOf(streaming),
    }
  })
  return { ...report, left: await leftSince(before) }
}

function delayOf(histogram: ReturnType<typeof monitorEventLoopDelay>): Delay {
  const ms = (percentile: number): number => histogram.percentile(percentile) / 1e6
  return { p50: ms(50), p99: ms(99), max: ms(100) }
}

/** What many calls in a row leave behind. */
export interface CallReport {
  readonly calls: number
  readonly seconds: number
  /** Of CPU time, all threads of this process, in microseconds a call. */
  readonly cpuPerCall: number
  /** The heap after a tenth of the calls and after all, in MiB. */
  readonly heap: readonly [afterTenth: number, atEnd: number]
  readonly left: Left
}

/** Makes so many calls, one in two streamed, a few at a time. */
export async function measureCalls(calls: number, atATime: number = 8): Promise<CallReport> {
  const before = await held()
  const report = await withStack([5, 0], async (provider, goOn) => {
    goOn()
    const run = async (count: number): Promise<number> => {
      let left = count
      const worker = async (): Promise<void> => {
        while (left-- > 0) {
          if (left % 2 === 0) await provider.complete(REQUEST)
          else await provider.stream(REQUEST).completion()
        }
      }
      await Promise.all(Array.from({ length: atATime }, worker))
      return (await held()).heap
    }
    const started = performance.now()
    const cpu = process.cpuUsage()
    const heap = [await run(Math.round(calls / 10)), await run(calls - Math.round(calls / 10))] as const
    const { user, system } = process.cpuUsage(cpu)
    return { calls, seconds: (performance.now() - started) / 1000, cpuPerCall: (user + system) / calls, heap }
  })
  return { ...report, left: await leftSince(before) }
}

async function leftSince(before: Held): Promise<Left> {
  const { timers, sockets } = await held()
  return { timers: timers - before.timers, sockets: sockets - before.sockets }
}

/** Gives a provider before a server, and what has its streams go on. */
async function withStack<T>(
  server: readonly number[],
  use: (provider: Provider, goOn: () => void) => Promise<T>,
): Promise<T> {
  const child = fork(join(import.meta.dirname, 'answer-server.ts'), server.map(String), {
    execArgv: ['--conditions=@llm/source'],
  })
  try {
    const [url] = (await once(child, 'message')) as [string]
    const provider = fullStack(url)
    const result = await use(provider, () => child.send('go on'))
    await provider.close?.()
    return result
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}
