import type { Contestant } from '../contestants/contestant.ts'
import type { Measures } from '../job.ts'
import { WHOLE_TEXT } from '../wire/answers.ts'
import { cpuTime } from './cpu-time.ts'

const CALLS = 200

/** Makes calls one after the other. */
export async function round(contestant: Contestant): Promise<Measures> {
  const spent = await cpuTime(async () => {
    for (let index = 0; index < CALLS; index++) {
      if ((await contestant.complete({})) !== WHOLE_TEXT) throw new Error('another answer came')
    }
  })
  return { 'µs per call': spent / CALLS }
}
