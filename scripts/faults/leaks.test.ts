import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LeakReport } from './leaks.ts'

test(
  'calls that fail, in whatever way, leave no socket, no timer and no memory behind',
  { timeout: 60_000 },
  async () => {
    const process = fork(join(import.meta.dirname, 'leaks.ts'), { execArgv: ['--conditions=@llm/source'] })
    const [{ before, warm, after, calls }] = (await once(process, 'message')) as [LeakReport]
    expect(after).toMatchObject({ sockets: before.sockets, timers: before.timers })
    expect(calls).toBeGreaterThan(400)
    // In KiB a call. What the compiler learns is less than half of it; an error that is kept is several times as much.
    expect(((after.heap - warm.heap) * 1024) / calls).toBeLessThan(2)
  },
)
