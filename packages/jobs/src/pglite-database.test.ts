import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEmbedded } from './pglite-database.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-pglite-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

test('a database that is broken says so, is left as it is, and does not keep the folder', async () => {
  const broken = join(folder, 'broken')
  mkdirSync(join(broken, 'data'), { recursive: true })
  writeFileSync(join(broken, 'data', 'PG_VERSION'), '9.6\n')
  const refused = { code: 'job_store', retryable: false, message: expect.stringMatching(/broken|newer/) }
  await expect(openEmbedded(broken)).rejects.toMatchObject(refused)
  await expect(openEmbedded(broken)).rejects.toMatchObject(refused)
}, 180_000)

test('what is asked is answered, errors too; once closed it says so', async () => {
  const database = await openEmbedded(join(folder, 'new'))
  expect((await database.executeSql('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  expect((await database.executeSql('SELECT $1::int + 1 AS two', [1])).rows).toEqual([{ two: 2 }])
  await expect(database.executeSql('BEGIN; SELECT 1/0; COMMIT')).rejects.toMatchObject({ code: '22012' })
  // A transaction that failed does not swallow what comes after it.
  await database.executeSql('CREATE TABLE kept (id int)')
  await database.close()
  await expect(database.executeSql('SELECT 1')).rejects.toMatchObject({ code: 'job_store' })
  const again = await openEmbedded(join(folder, 'new'))
  expect((await again.executeSql('SELECT * FROM kept')).rows).toEqual([])
  await again.close()
}, 180_000)
