import { expect, test } from 'vitest'
import { killWorkers } from './kill-workers.ts'

// The full size is `pnpm soak:jobs`.

const url = process.env['DATABASE_URL']
const options = { concurrent: true, timeout: 300_000 }

test('in a folder, no job is lost or ends twice, however often its process is killed', options, async () => {
  const plan = {
    jobs: 150,
    workers: 1,
    kills: 2,
    concurrency: 20,
    callMs: 250,
    killWithinMs: 800,
    poisoned: 1,
    seed: 1,
  }
  const report = await killWorkers(plan)
  // The poisoned one is a dead letter after two processes.
  expect(report).toMatchObject({ jobs: 151, completedOnce: 150, otherwise: { failed: 1 }, answered: 150 })
  expect(report.killed).toBeGreaterThan(2)
})

test.skipIf(!url)('on PostgreSQL (DATABASE_URL), with four worker processes', options, async () => {
  const report = await killWorkers({
    url,
    jobs: 200,
    workers: 4,
    kills: 3,
    concurrency: 10,
    callMs: 250,
    killWithinMs: 800,
    seed: 2,
  })
  expect(report).toMatchObject({ jobs: 200, completedOnce: 200, otherwise: {}, answered: 200, killed: 3 })
})
