import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createJobs } from './index.ts'

const SCRIPT = `
import { registerHooks } from 'node:module'
const loaded = []
registerHooks({ resolve(specifier, context, next) { loaded.push(specifier); return next(specifier, context) } })
const { createJobs } = await import(process.argv[1])
createJobs({ folder: 'never-made' })
console.log(JSON.stringify(loaded))`

test('nothing is loaded, opened or made before it is used', async () => {
  const args = [
    '--conditions=@llm/source',
    '--input-type=module',
    '--eval',
    SCRIPT,
    join(import.meta.dirname, 'index.ts'),
  ]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const loaded = JSON.parse(stdout) as string[]
  expect(loaded).toContain('@llm/core')
  expect(loaded.filter(name => /^pg|pglite$|^node:sqlite$/.test(name))).toEqual([])
}, 30_000)

test('a database that is not there says so, without what is in its URL, and is looked for again', async () => {
  const jobs = createJobs({ url: 'postgres://somebody:topsecret@127.0.0.1:1/db' })
  const request = { model: 'any', messages: [{ role: 'user' as const, content: 'Hello!' }] }
  for (const attempt of [1, 2]) {
    const error: unknown = await jobs.startJob({ provider: 'mock', request }).catch((thrown: unknown) => thrown)
    expect(error, String(attempt)).toMatchObject({ code: 'job_store', retryable: true, hint: expect.any(String) })
    expect(JSON.stringify([error, String((error as Error).cause)])).not.toContain('topsecret')
  }
  await jobs.close()
  await expect(jobs.ready()).rejects.toMatchObject({ code: 'configuration' })
})

test.each([
  ['no providers', {}],
  ['no place at all', { providers: {}, concurrency: 0 }],
  ['an unknown option', { providers: {}, concurency: 3 }],
])('work() with %s is refused', async (_, options) => {
  const { startWorker } = await import('./worker.ts')
  expect(() => startWorker({} as never, options as never)).toThrow(expect.objectContaining({ code: 'configuration' }))
})

test.each([
  ['an unknown field', { owner: 'ada' }],
  ['an unknown state', { state: 'done' }],
  ['too large a page', { limit: 5000 }],
  ['no user', { userId: '' }],
])('a list with %s is refused, as it would show what was not asked for', async (_, filter) => {
  const jobs = createJobs({ folder: 'never-made' })
  expect(() => jobs.list(filter as never)).toThrow(expect.objectContaining({ code: 'validation' }))
})
