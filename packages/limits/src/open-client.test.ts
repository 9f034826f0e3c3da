import { silentLogger } from '@llm/core'
import { expect, test } from 'vitest'
import { Connection } from './connection.ts'
import { loadClient } from './open-client.ts'

test('a client that is not installed is an error that says what to do, and no lost connection', async () => {
  const missing = () => loadClient('some-client', () => Promise.reject(new Error('ERR_MODULE_NOT_FOUND')))
  const options = { name: 'Redis', timeout: 1000, logger: silentLogger, consequence: '', secrets: [] }
  const connection = new Connection({ ...options, load: missing })
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(connection.ask(() => Promise.resolve(1))).rejects.toMatchObject({
      code: 'configuration',
      hint: 'Run: npm install some-client',
    })
  }
  expect(connection.lost).toBe(false)
})
