import { setTimeout as sleep } from 'node:timers/promises'
import { FAULTS } from './faults.ts'
import { HOSTS } from './hosts.ts'
import { held, type Held } from './leftovers.ts'
import { meet, type Meeting } from './meet-fault.ts'

// A process of its own, so that nothing else is counted: meets every fault many times, and tells what is left.

/** What is held at first, once everything has been compiled, and after so many calls more. */
export interface LeakReport {
  readonly before: Held
  readonly warm: Held
  readonly after: Held
  readonly calls: number
}

/** Those that neither take long nor fill the memory by what the server does, before one host, in a stack. */
const MEETINGS: readonly Meeting[] = HOSTS.filter(({ name }) => name === 'compatible').flatMap(host =>
  FAULTS.filter(({ most, timeout, limits }) => (most ?? timeout ?? limits) === undefined).flatMap(fault => {
    const modes = fault.of === 'both' ? (['whole', 'stream'] as const) : [fault.of]
    return modes.map(mode => ({ host, fault, mode, stack: true }))
  }),
)

async function meetAll(rounds: number): Promise<Held> {
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < MEETINGS.length; at += 16) await Promise.all(MEETINGS.slice(at, at + 16).map(meet))
  }
  await sleep(100)
  return held()
}

const [warmUp, rounds] = [3, 4]
const before = await held()
const warm = await meetAll(warmUp)
const after = await meetAll(rounds)
process.send?.({ before, warm, after, calls: rounds * MEETINGS.length } satisfies LeakReport)
process.disconnect()
