import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { SoakReport } from './soak.ts'

const STREAMS = 2_000

test(
  'the soak, shorter: streams all at once, and calls in a row, leave nothing behind',
  { timeout: 240_000 },
  async () => {
    const short = ['--streams', String(STREAMS), '--calls', '10000', '--chaos', '100', '--json']
    const args = ['--conditions=@llm/source', join(import.meta.dirname, 'soak.ts'), ...short]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const { streams, calls, chaos } = JSON.parse(stdout) as SoakReport
    // A start, 50 pieces of text, the usage and the end.
    expect(streams).toMatchObject({ atOnce: STREAMS, events: STREAMS * 53, left: { timers: 0, sockets: 0 } })
    expect(streams.kibPerStream).toBeLessThan(128)
    expect(calls.left).toEqual({ timers: 0, sockets: 0 })
    // In KiB a call. The least that one holds, its request and its answer, is more.
    expect(((calls.heap[1] - calls.heap[0]) * 1024) / 9_000).toBeLessThan(0.25)
    expect(chaos).toMatchObject({ answeredTwice: 0, wrong: [] })
  },
)
