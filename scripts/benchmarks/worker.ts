import type { Contestant, Setup } from './contestants/contestant.ts'
import type { Job, Measures } from './job.ts'
import { stalledFetch, stubFetch } from './wire/stub-fetch.ts'

// Started with a job; answers each message with what one round of it measured.

const job = JSON.parse(process.argv[2] ?? '') as Job
const { create } = (await import(`./contestants/${job.contestant}.ts`)) as { create: (setup: Setup) => Contestant }
const { round } = (await import(`./tasks/${job.task}.ts`)) as {
  round: (contestant: Contestant, stalled: ReturnType<typeof stalledFetch> | undefined) => Promise<Measures>
}

const stalled = job.task === 'open-streams' ? stalledFetch(job.api, 8) : undefined
const baseURL = job.port === undefined ? 'http://stub.test/v1' : `http://127.0.0.1:${job.port}/${job.perChunk}/v1`
const fetch = stalled?.fetch ?? (job.port === undefined ? stubFetch(job.api, job.perChunk) : undefined)
const contestant = create({ api: job.api, baseURL, apiKey: 'sk-benchmark', fetch })

process.on('message', () => {
  round(contestant, stalled).then(
    measures => process.send?.(measures),
    (error: unknown) => {
      console.error(job.contestant, error)
      process.exit(1)
    },
  )
})
