import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { CompletionRequest, Provider } from '@llm/core'
import { fullStack } from './full-stack.ts'

const REQUEST: CompletionRequest = { model: 'model-1', messages: [{ role: 'user', content: 'Hi' }], maxTokens: 50 }

/** What many streams at the same time take. */
export interface LoadReport {
  readonly streams: number
  /** How many were open at the same time, at most. */
  readonly atOnce: number
  readonly events: number
  readonly ms: number
  /** Of the heap, with all streams open, in KiB a stream. */
  readonly kibPerStream: number
  /** How late timers were, in milliseconds. */
  readonly delay: { readonly p50: number; readonly p99: number; readonly max: number }
}

/** Reads so many streams of 50 pieces at the same time. */
export async function measureStreams(streams: number): Promise<LoadReport> {
  return withStack({ pieces: 50, intervalMs: 100 }, async provider => {
    const before = heap()
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const startedAt = performance.now()
    let open = 0
    let atOnce = 0
    let events = 0
    let peak = before
    const read = async (): Promise<void> => {
      let first = true
      for await (const { type } of provider.stream(REQUEST)) {
        events += 1
        if (!first || type !== 'text-delta') continue
        first = false
        open += 1
        atOnce = Math.max(atOnce, open)
        if (open === streams) peak = heap()
      }
      open -= 1
    }
    await Promise.all(Array.from({ length: streams }, read))
    delay.disable()
    return {
      streams,
      atOnce,
      events,
      ms: performance.now() - startedAt,
      kibPerStream: (peak - before) / 1024 / streams,
      delay: { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
    }
  })
}

/** What many calls in a row leave behind. */
export interface SoakReport {
  readonly calls: number
  readonly ms: number
  /** The heap after a tenth of the calls and after all, in MiB. */
  readonly heap: readonly [number, number]
  /** Timers that are left. */
  readonly timers: number
}

/** Makes so many calls, one in two streamed, a few at a time. */
export async function measureCalls(calls: number, atATime = 8): Promise<SoakReport> {
  return withStack({ pieces: 5, intervalMs: 0 }, async provider => {
    const startedAt = performance.now()
    const timersBefore = timers()
    const run = async (count: number): Promise<number> => {
      let left = count
      const worker = async (): Promise<void> => {
        while (left-- > 0) {
          if (left % 2 === 0) await provider.complete(REQUEST)
          else await provider.stream(REQUEST).completion()
        }
      }
      await Promise.all(Array.from({ length: atATime }, worker))
      return heap() / 2 ** 20
    }
    const heapFirst = await run(Math.round(calls / 10))
    const heapLast = await run(calls - Math.round(calls / 10))
    await provider.close?.()
    return { calls, ms: performance.now() - startedAt, heap: [heapFirst, heapLast], timers: timers() - timersBefore }
  })
}

async function withStack<T>(
  { pieces, intervalMs }: { readonly pieces: number; readonly intervalMs: number },
  use: (provider: Provider) => Promise<T>,
): Promise<T> {
  const server = fork(join(import.meta.dirname, 'answer-server.ts'), [String(pieces), String(intervalMs)], {
    execArgv: ['--conditions=@llm/source'],
  })
  try {
    const [url] = (await once(server, 'message')) as [string]
    return await use(fullStack(url))
  } finally {
    server.kill()
  }
}

const timers = (): number => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length

/** Bytes of the heap that are in use, after what is not has been collected. */
function heap(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}
