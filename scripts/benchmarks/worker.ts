import { MODELS, type Contestant, type Setup } from './contestants/contestant.ts'
import type { Job, Measures } from './job.ts'
import { stalledFetch, stubFetch } from './wire/stub-fetch.ts'

// Started with a job; answers each message with what one round of it measured.

const job = JSON.parse(process.argv[2] ?? '') as Job
const { create } = (await import(`./contestants/${job.contestant}.ts`)) as {
  create: (setup: Setup) => Contestant | Promise<Contestant>
}
const { round } = (await import(`./tasks/${job.task}.ts`)) as {
  round: (contestant: Contestant, stalled: ReturnType<typeof stalledFetch> | undefined) => Promise<Measures>
}

const stalled = job.task === 'open-streams' ? stalledFetch(job.api, 8) : undefined
if (stalled !== undefined) globalThis.fetch = stalled.fetch
else if (job.port === undefined) globalThis.fetch = stubFetch(job.api, job.perChunk)
const origin = job.port === undefined ? 'http://stub.test' : `http://127.0.0.1:${job.port}/${job.perChunk}/${job.api}`
const contestant = await create({ api: job.api, model: MODELS[job.api], origin, apiKey: 'sk-benchmark' })

process.on('message', () => {
  round(contestant, stalled).then(
    measures => process.send?.(measures),
    (error: unknown) => {
      console.error(job.contestant, error)
      process.exit(1)
    },
  )
})
