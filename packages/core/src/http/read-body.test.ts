import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readText } from './read-body.ts'

const large = 'é'.repeat(200_000)
let server: Server
let url = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/packed') response.setHeader('content-encoding', 'gzip').end(gzipSync(large))
    else if (request.url === '/pieces') {
      response.write(large)
      response.end(large)
    } else response.end('small')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test.each([
  ['/', 'small'],
  ['/packed', large],
  ['/pieces', large + large],
])('%s is read whole within the limit', async (path, text) => {
  expect(await readText(await fetch(url + path), 2 ** 20)).toBe(text)
})

test.each(['/packed', '/pieces'])('%s is not read beyond it, packed or not', async path => {
  await expect(readText(await fetch(url + path), 100_000)).rejects.toThrow('the body is larger than')
})

test('a body that says to be larger is not read at all', async () => {
  const response = await fetch(`${url}/`)
  const said = new Response(response.body, { headers: { 'content-length': '100001' } })
  await expect(readText(said, 100_000)).rejects.toThrow('the body is larger than')
  expect(said.bodyUsed).toBe(true)
})

test('a response without a body is empty', async () => {
  expect(await readText(new Response(null))).toBe('')
})
