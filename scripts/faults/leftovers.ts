import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What a process holds. */
export interface Held {
  /** Of the heap, after what is free has been collected, in MiB. */
  readonly heap: number
  /** Timers that are set. */
  readonly timers: number
  /** Sockets that are open, of both sides. */
  readonly sockets: number
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Looks at what this process holds. What is freed may free more, a turn later. */
export async function held(): Promise<Held> {
  for (let turns = 0; turns < 5; turns++) {
    collect()
    await turn()
  }
  const resources = process.getActiveResourcesInfo()
  const count = (names: readonly string[]): number => resources.filter(name => names.includes(name)).length
  return {
    heap: process.memoryUsage().heapUsed / 2 ** 20,
    timers: count(['Timeout']),
    sockets: count(['TCPSocketWrap', 'TLSWrap']),
  }
}
