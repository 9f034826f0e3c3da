import { getEventListeners } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import type { Contestant } from '../contestants/contestant.ts'
import type { Measures } from '../job.ts'
import { readLength } from './read-length.ts'

const CALLS = 100

/** Makes calls that share one signal, as a server's do on shutdown, and counts what is left when all are over. */
export async function round(contestant: Contestant): Promise<Measures> {
  const before = timers()
  const { signal } = new AbortController()
  const options = { signal, timeout: 60_000 }
  for (let index = 0; index < CALLS; index++) {
    await contestant.complete(options)
    await readLength(contestant, options)
  }
  await setImmediate()
  return { 'timers left': timers() - before, 'listeners left': getEventListeners(signal, 'abort').length }
}

function timers(): number {
  return process.getActiveResourcesInfo().filter(resource => resource === 'Timeout').length
}
