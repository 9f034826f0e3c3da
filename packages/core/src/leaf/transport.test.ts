import { createServer, type IncomingMessage, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { MalformedResponseError } from '../errors/malformed-response-error.ts'
import { createDeadline } from '../http/deadline.ts'
import { readJson, send, type CallContext } from './transport.ts'

let server: Server
let port = 0
const seen: IncomingMessage[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request)
    if (request.url === '/redirect')
      response.writeHead(307, { location: `http://127.0.0.1:${String(port)}/elsewhere` }).end()
    else if (request.url === '/bomb')
      response.writeHead(500, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(64 * 2 ** 20)))
    else response.end('{"ok":true}')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  seen.length = 0
})

const context = (): CallContext => ({
  provider: 'host',
  model: 'm',
  transport: { readError: () => ({}) },
  deadline: createDeadline(undefined, undefined),
  signal: undefined,
  timeout: undefined,
})
const get = (path: string, call: CallContext): Promise<Response> =>
  send({ url: `http://127.0.0.1:${String(port)}${path}`, headers: { 'x-api-key': 'secret' } }, call)

test('a redirect is not followed, as it would hand the key to another host', async () => {
  const failure = get('/redirect', context())
  await expect(failure).rejects.toThrow(MalformedResponseError)
  await expect(failure).rejects.toThrow(
    `host answered 307: it redirects to 127.0.0.1:${String(port)}, which is not followed.`,
  )
  expect(seen.map(({ url }) => url)).toEqual(['/redirect'])
})

test('an error with an endless body says its status, and is not read to its end', async () => {
  await expect(get('/bomb', context())).rejects.toMatchObject({ code: 'server', status: 500 })
})

test('a good answer is read', async () => {
  const call = context()
  expect(await readJson(await get('/', call), call)).toEqual({ ok: true })
})
