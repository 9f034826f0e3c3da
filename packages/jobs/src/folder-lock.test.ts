import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockFolder } from './folder-lock.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-lock-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const refused = {
  code: 'configuration',
  message: expect.stringMatching(/in use/),
  hint: expect.stringMatching(/PostgreSQL/),
}

test('a folder is for one process; what one that was killed had is free at once', async () => {
  const child = fork(new URL('./__fixtures__/lock-process.ts', import.meta.url), [folder], {
    execArgv: ['--conditions=@llm/source'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  await once(child, 'message')
  await expect(lockFolder(folder)).rejects.toMatchObject(refused)
  child.kill('SIGKILL')
  await once(child, 'exit')
  const unlock = await lockFolder(folder)
  unlock()
}, 60_000)

test('and for one queue within a process', async () => {
  const unlock = await lockFolder(folder)
  await expect(lockFolder(folder)).rejects.toMatchObject(refused)
  unlock()
  const again = await lockFolder(folder)
  again()
})

test('a folder that it makes is for nobody else', async () => {
  const made = join(folder, 'deep', 'jobs')
  const unlock = await lockFolder(made)
  unlock()
  expect(statSync(made).mode & 0o077).toBe(0)
})

test('a folder that is none', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  await expect(lockFolder(file)).rejects.toMatchObject({ code: 'job_store', retryable: false })
})
