import { parseArgs } from 'node:util'
import { measureChaos, type ChaosReport } from './chaos.ts'
import { measureCalls, measureStreams, type CallReport, type Delay, type StreamReport } from './load.ts'

/** Everything that was measured. */
export interface SoakReport {
  readonly streams: StreamReport
  readonly calls: CallReport
  readonly chaos: ChaosReport
}

// `pnpm soak`: the full stack under load, in numbers. The tests run the same, shorter.

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '2000' },
    calls: { type: 'string', default: '200000' },
    chaos: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
})

const report: SoakReport = {
  streams: await measureStreams(Number(values.streams)),
  calls: await measureCalls(Number(values.calls)),
  chaos: await measureChaos(Number(values.chaos)),
}
console.log(values.json ? JSON.stringify(report) : words(report))

function words({ streams, calls, chaos }: SoakReport): string {
  return [
    `${String(streams.streams)} streams, ${String(streams.atOnce)} open at once: ${String(streams.events)} events in ` +
      `${streams.seconds.toFixed(1)} s, ${streams.cpuPerEvent.toFixed(1)} µs of CPU time an event, ` +
      `${streams.kibPerStream.toFixed(1)} KiB of heap a stream; ${leftOver(streams)}`,
    `event loop late while they opened by ${late(streams.opening)}; while they streamed by ${late(streams.streaming)}`,
    `${String(calls.calls)} calls in ${calls.seconds.toFixed(1)} s, ${calls.cpuPerCall.toFixed(0)} µs of CPU time a call; ` +
      `heap ${calls.heap[0].toFixed(2)} MiB after a tenth of them, ${calls.heap[1].toFixed(2)} MiB at the end; ${leftOver(calls)}`,
    `${String(chaos.calls)} calls to three endpoints of which each fails 30 %: ${String(chaos.answered)} answered, ` +
      `${String(chaos.answeredTwice)} twice, in ${String(chaos.requests)} tries; ${String(chaos.wrong.length)} listed wrongly`,
  ].join('\n')
}

function late({ p50, p99, max }: Delay): string {
  return `${p50.toFixed(1)} ms (median), ${p99.toFixed(1)} (99 %), ${max.toFixed(1)} (most)`
}

function leftOver({ left: { timers, sockets } }: StreamReport | CallReport): string {
  return `${String(timers)} timers and ${String(sockets)} sockets left`
}
