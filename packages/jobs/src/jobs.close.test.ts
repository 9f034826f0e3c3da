import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mock } from '@llm/provider-mock'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockFolder } from './folder-lock.ts'
import { createJobs } from './index.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-jobs-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

const closed = { code: 'configuration', message: 'The jobs were closed.' }

test('jobs that are closed while they open leave nothing open, and start no worker', async () => {
  const place = join(folder, 'jobs')
  const jobs = createJobs({ folder: place })
  const opening = jobs.ready()
  await new Promise(setImmediate)
  const working = jobs.work({ providers: { mock: mock() } })
  const refused = Promise.all([opening, working].map(call => expect(call).rejects.toMatchObject(closed)))
  const closing = jobs.close()
  expect(jobs.close()).toBe(closing)
  await closing
  await refused
  const unlock = await lockFolder(place)
  unlock()
}, 180_000)

test('jobs that are closed before they open do not open', async () => {
  const jobs = createJobs({ folder: join(folder, 'never') })
  const opening = jobs.ready()
  const refused = expect(opening).rejects.toMatchObject(closed)
  await jobs.close()
  await refused
})

test('jobs that could not be opened can be closed', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const jobs = createJobs({ folder: file })
  await expect(jobs.ready()).rejects.toMatchObject({ code: 'job_store' })
  await jobs.close()
  await expect(jobs.list()).rejects.toMatchObject(closed)
})
