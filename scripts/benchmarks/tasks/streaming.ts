import type { Contestant } from '../contestants/contestant.ts'
import type { Measures } from '../job.ts'
import { EVENTS, STREAMED_TEXT } from '../wire/answers.ts'
import { cpuTime } from './cpu-time.ts'
import { readLength } from './read-length.ts'

const STREAMS = 4

/** Reads streams one after the other. */
export async function round(contestant: Contestant): Promise<Measures> {
  const spent = await cpuTime(async () => {
    for (let index = 0; index < STREAMS; index++) {
      const length = await readLength(contestant)
      if (length !== STREAMED_TEXT.length) throw new Error(`read ${length} of ${STREAMED_TEXT.length} characters`)
    }
  })
  return { 'µs per event': spent / (STREAMS * EVENTS) }
}
