import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { endsOf } from './ends.ts'
import { killWorkers, type KillReport } from './kill-workers.ts'
import { measureThroughput } from './throughput.ts'

// `pnpm soak:jobs`: 2,000 jobs on each engine while worker processes are killed, how it went, and how fast jobs are when
// nobody kills. The tests run the same, shorter. PostgreSQL is the one at DATABASE_URL.

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '2000' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
})
const [jobs, kills, seed] = [Number(values.jobs), Number(values.kills), Number(values.seed)]
const plan = { jobs, kills, seed, concurrency: 20, callMs: 200, killWithinMs: 1500 }
const url = process.env['DATABASE_URL']

const folder = await mkdtemp(join(tmpdir(), 'llm-soak-'))
report('PGlite, one process', await killWorkers({ ...plan, workers: 1, poisoned: 1 }))
console.log('PGlite', await measureThroughput({ folder, pollMs: 10 }, jobs / 4))
await rm(folder, { recursive: true, force: true, maxRetries: 3 })

if (url === undefined || url === '') console.log('PostgreSQL: skipped, as DATABASE_URL is not set.')
else {
  const place = { url, schema: `jobs_soak_${String(process.pid)}` }
  report('PostgreSQL, four processes', await killWorkers({ ...plan, url, workers: 4 }))
  console.log('PostgreSQL', await measureThroughput({ ...place, pollMs: 10 }, jobs / 4))
  await endsOf(place).remove()
}

function report(engine: string, result: KillReport): void {
  console.log(engine, result)
  const { failed = 0, ...others } = result.otherwise
  // What may fail is the poisoned job.
  const lost = Object.keys(others).length + Math.max(0, failed - 1)
  if (lost > 0 || result.answered < result.completedOnce) process.exitCode = 1
}
