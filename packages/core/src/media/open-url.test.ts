import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openUrl } from './open-url.ts'
import { allowedAddresses } from './public-address.ts'

let server: Server
let url: URL

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', piece => (body += String(piece)))
    request.on('end', () => {
      const { method, headers } = request
      response
        .writeHead(202)
        .end(JSON.stringify({ method, body, type: headers['content-type'], given: headers['x-given'] }))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`)
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

describe.each([
  ['to an address that was checked', [{ address: '127.0.0.1', family: 4 }]],
  ['where the runtime cannot resolve names', undefined],
])('%s', (_, addresses) => {
  const signal = AbortSignal.timeout(5000)
  const read = async (post?: Parameters<typeof openUrl>[1]['post']): Promise<unknown> => {
    const opened = await openUrl(url, { addresses, post, signal })
    expect(opened.status).toBe(202)
    let body = ''
    for await (const piece of opened.body) body += Buffer.from(piece).toString()
    return JSON.parse(body)
  }

  test('a body is posted with its headers', async () => {
    const post = { headers: { 'content-type': 'application/json', 'x-given': 'yes' }, body: '{"ä":1}' }
    expect(await read(post)).toEqual({ method: 'POST', body: '{"ä":1}', type: 'application/json', given: 'yes' })
  })

  test('without one the URL is read', async () => {
    expect(await read()).toEqual({ method: 'GET', body: '' })
  })
})

test('only addresses that are allowed are given', async () => {
  expect(await allowedAddresses(url)).toBeUndefined()
  expect(await allowedAddresses(url, { privateAddresses: ['127.0.0.1'] })).toMatchObject({
    addresses: [{ address: '127.0.0.1', family: 4 }],
  })
  const addresses = [{ address: '93.184.216.34', family: 4 }]
  expect(await allowedAddresses(new URL('https://a.example'), { resolve: async () => addresses })).toEqual({
    addresses,
  })
  const aborted = allowedAddresses(url, { resolve: () => new Promise(() => undefined), signal: AbortSignal.timeout(5) })
  await expect(aborted).rejects.toMatchObject({ name: 'TimeoutError' })
})
