import { setImmediate } from 'node:timers/promises'
import type { Contestant } from '../contestants/contestant.ts'
import type { Measures } from '../job.ts'

const STREAMS = 1000

/** Opens streams, reads some text of each, holds them all, then leaves them all early. */
export async function round(contestant: Contestant, stalled: { open: () => number } | undefined): Promise<Measures> {
  const connected = stalled?.open() ?? 0
  const before = await usedBytes()
  const held = await Promise.all(Array.from({ length: STREAMS }, () => open(contestant)))
  const open1000 = await usedBytes()
  for (const iterator of held) void iterator.return?.()
  held.length = 0
  const left = await usedBytes()
  return {
    'KB per open stream': (open1000 - before) / STREAMS / 1024,
    'KB kept of it': (left - before) / STREAMS / 1024,
    'still connected': (stalled?.open() ?? 0) - connected,
  }
}

async function open(contestant: Contestant): Promise<AsyncIterator<unknown, undefined>> {
  const iterator = (await contestant.stream({}))[Symbol.asyncIterator]()
  for (;;) {
    const result = await iterator.next()
    if (result.done === true) throw new Error('the stream ended')
    if (contestant.textOf(result.value) !== '') return iterator
  }
}

/** After everything that is free has been collected; finalizers need further turns of the loop. */
async function usedBytes(): Promise<number> {
  for (let turn = 0; turn < 4; turn++) {
    await setImmediate()
    globalThis.gc?.()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
