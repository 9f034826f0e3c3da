import { parseArgs } from 'node:util'
import { measureCalls, measureStreams } from './load.ts'

// `pnpm soak`: the full stack under load, in numbers. The tests run the same, shorter.

const { values } = parseArgs({
  options: { streams: { type: 'string', default: '2000' }, calls: { type: 'string', default: '200000' } },
})
const { streams, atOnce, events, ms, kibPerStream, delay } = await measureStreams(Number(values.streams))
console.log(
  `${String(streams)} streams, ${String(atOnce)} at once: ${String(events)} events in ${ms.toFixed(0)} ms, ` +
    `${kibPerStream.toFixed(1)} KiB a stream, event loop late by ${delay.p50.toFixed(1)} ms (p50), ` +
    `${delay.p99.toFixed(1)} (p99), ${delay.max.toFixed(1)} (max)`,
)
const { calls, heap, timers, ms: took } = await measureCalls(Number(values.calls))
console.log(
  `${String(calls)} calls in ${(took / 1000).toFixed(1)} s: heap ${heap[0].toFixed(1)} MiB after a tenth, ` +
    `${heap[1].toFixed(1)} MiB at the end, ${String(timers)} timers left`,
)
