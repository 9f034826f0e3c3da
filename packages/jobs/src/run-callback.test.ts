import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JobWithMetadata } from 'pg-boss'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobTable } from './job-table.ts'
import { runCallback, type CallbackPayload } from './run-callback.ts'

const secret = 'a secret of 16 or more'
const job = { id: 'j', state: 'completed', request: {} }
const none = new AbortController().signal

let server: Server
let host = ''

beforeAll(async () => {
  server = createServer(() => undefined)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

function call(callbackUrl: string, found: object | null = job, timeout = 10_000): Parameters<typeof runCallback> {
  const callback = { id: 'c', sourceId: 'j', data: { callbackUrl } } as unknown as JobWithMetadata<CallbackPayload>
  const table = { find: async () => found ?? undefined } as unknown as JobTable
  return [callback, none, { table, settings: { secret, timeout, privateAddresses: [host] } }]
}

test('a receiver that says nothing costs its time, and is asked again', async () => {
  await expect(runCallback(...call(`http://${host}/`, job, 50))).rejects.toMatchObject({
    code: 'timeout',
    retryable: true,
  })
})

test('one that is not there is asked again', async () => {
  const [callback, signal, context] = call('http://127.0.0.1:1/')
  const settings = { ...context.settings, privateAddresses: true }
  await expect(runCallback(callback, signal, { ...context, settings })).rejects.toMatchObject({
    ...{ code: 'connection', retryable: true, message: '127.0.0.1:1 could not be reached for a callback.' },
  })
})

test('one at a private address is not called at all', async () => {
  const refused = runCallback(...call('http://10.1.2.3/?token=secret'))
  await expect(refused).rejects.toMatchObject({
    code: 'validation',
    retryable: false,
    message: expect.not.stringContaining('token'),
  })
})

test.each([
  ['gone', null],
  ['queued again', { ...job, state: 'queued' }],
])('of a job that is %s nothing is said', async (_, found) => {
  expect(await runCallback(...call(`http://${host}/`, found))).toHaveProperty('skipped')
})
