import { once } from 'node:events'
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { ConfigurationError } from '@llm/core'
import { selfSignedCertificate, type TestCertificate } from '@llm/testing'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { pooledFetch, type PooledFetch, type PoolOptions } from './pooled-fetch.ts'

type Handle = (
  request: IncomingMessage | Http2ServerRequest,
  response: (ServerResponse | Http2ServerResponse) & NodeJS.WritableStream,
) => void

/** A server on this machine, and the connections that it has seen. */
interface TestServer {
  readonly url: string
  readonly open: ReadonlySet<Socket>
  readonly connections: number
  readonly requests: number
}

let certificate: TestCertificate
beforeAll(async () => {
  certificate = await selfSignedCertificate('localhost')
})

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean()
})

function pool(options: PoolOptions = {}): PooledFetch {
  const fetch = pooledFetch({ tls: { ca: certificate.cert }, ...options })
  cleanUp.push(() => fetch.close())
  return fetch
}

/** Speaks HTTP/2 and HTTP/1.1 over TLS, or HTTP/1.1 without, and then says nothing of how long it keeps connections. */
async function serve(handle: Handle, { tls = true }: { readonly tls?: boolean } = {}): Promise<TestServer> {
  const open = new Set<Socket>()
  const seen = { connections: 0, requests: 0 }
  const listener: Handle = (request, response) => {
    seen.requests += 1
    handle(request, response)
  }
  const server: Server = tls
    ? createSecureServer({ ...certificate, allowHTTP1: true }, listener as never)
    : createServer({ keepAliveTimeout: 0 }, listener as never)
  server.on('connection', (socket: Socket) => {
    seen.connections += 1
    open.add(socket.on('close', () => open.delete(socket)).on('error', () => undefined))
  })
  await once(server.listen(0), 'listening')
  cleanUp.push(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return Object.defineProperties(seen, {
    url: { value: `${tls ? 'https' : 'http'}://localhost:${String((server.address() as AddressInfo).port)}` },
    open: { value: open },
  }) as unknown as TestServer
}

const tell: Handle = (request, response) => {
  void buffer(request).then(body => {
    response.end(JSON.stringify({ version: request.httpVersion, headers: request.headers, body: body.toString() }))
  })
}

interface Told {
  readonly version: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
const told = async (response: Response | Promise<Response>): Promise<Told> => (await (await response).json()) as Told

/** Handles requests when the test says so. */
function held(): { readonly handle: Handle; readonly release: () => void; readonly count: () => number } {
  const waiting: (() => void)[] = []
  return {
    handle: (_, response) => void waiting.push(() => response.end('done')),
    release: () => {
      for (const answer of waiting.splice(0)) answer()
    },
    count: () => waiting.length,
  }
}

describe.each([
  { name: 'HTTP/2', http2: true, version: '2.0' },
  { name: 'HTTP/1.1', http2: false, version: '1.1' },
])('over $name', ({ http2, version }) => {
  test('calls in a row share a connection, which closing closes', async () => {
    const server = await serve(tell)
    const fetch = pool({ http2 })
    for (let call = 0; call < 5; call++) expect((await told(fetch(server.url))).version).toBe(version)
    expect(server).toMatchObject({ connections: 1, requests: 5 })
    expect(fetch.stats).toEqual({ connections: 1, running: 0, waiting: 0 })
    await fetch.close()
    await vi.waitFor(() => expect(server.open.size).toBe(0))
    expect(fetch.stats.connections).toBe(0)
  })

  test('method, headers and body arrive in all their forms', async () => {
    const server = await serve(tell)
    const fetch = pool({ http2 })
    const text = await told(fetch(new URL(server.url), { method: 'POST', body: '{}', headers: { 'x-a': 'b' } }))
    expect(text).toMatchObject({ body: '{}', headers: { 'x-a': 'b', 'content-length': '2' } })
    const headers = new Headers({ 'x-a': 'c' })
    const bytes = await told(fetch(server.url, { method: 'POST', body: new Uint8Array([65, 66]), headers }))
    expect(bytes).toMatchObject({ body: 'AB', headers: { 'x-a': 'c' } })
    const request = new Request(server.url, { method: 'PUT', body: 'whole', headers })
    expect(await told(fetch(request))).toMatchObject({ body: 'whole', headers: { 'x-a': 'c' } })
    expect(await told(fetch(new Request(server.url)))).toMatchObject({ body: '' })
  })

  test('a form with files arrives with its length', async () => {
    const server = await serve(tell)
    const form = new FormData()
    form.append('purpose', 'batch')
    form.append('file', new File(['{"a":1}\n'], 'lines.jsonl', { type: 'application/jsonl' }))
    const { headers, body } = await told(pool({ http2 })(server.url, { method: 'POST', body: form }))
    expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    expect(Number(headers['content-length'])).toBe(body.length)
    expect(body).toMatch(/name="purpose"\r\n\r\nbatch\r\n/)
    expect(body).toMatch(/filename="lines.jsonl"\r\nContent-Type: application\/jsonl\r\n\r\n\{"a":1\}\n/i)
  })

  test('a stream arrives piece by piece', async () => {
    let more: () => void = () => undefined
    const server = await serve((_, response) => {
      response.write('one')
      more = () => response.end('two')
    })
    const reader = (await pool({ http2 })(server.url)).body?.getReader()
    const read = async (): Promise<string> => Buffer.from((await reader?.read())?.value ?? []).toString()
    expect(await read()).toBe('one')
    more()
    expect(await read()).toBe('two')
    expect(await read()).toBe('')
  })

  test('an abort ends a call, before its answer and within it', async () => {
    let left = 0
    const server = await serve((request, response) => {
      response.on('close', () => (left += 1))
      if (request.url === '/begun') response.write('one')
    })
    const fetch = pool({ http2 })
    const before = new AbortController()
    const waiting = fetch(server.url, { signal: before.signal })
    await vi.waitFor(() => expect(server.requests).toBe(1))
    before.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    const within = new AbortController()
    const reader = (await fetch(`${server.url}/begun`, { signal: within.signal })).body?.getReader()
    await reader?.read()
    within.abort(new Error('enough of this'))
    await expect(reader?.read()).rejects.toThrow('enough of this')
    await vi.waitFor(() => expect(left).toBe(2))
    expect(fetch.stats.running).toBe(0)
  })

  test('closing waits for calls under way and for those that wait for a connection, and refuses new ones', async () => {
    const { handle, release, count } = held()
    const server = await serve(handle)
    const fetch = pool({ http2, connections: 1, streams: 1 })
    const calls = [fetch(server.url), fetch(server.url)].map(async call => (await call).text())
    await vi.waitFor(() => expect(count()).toBe(1))
    expect(fetch.stats).toEqual({ connections: 1, running: 1, waiting: 1 })
    let closed = false
    const closing = fetch.close().then(() => (closed = true))
    await expect(fetch(server.url)).rejects.toThrow(ConfigurationError)
    expect(closed).toBe(false)
    release()
    await vi.waitFor(() => expect(count()).toBe(1))
    release()
    expect(await Promise.all(calls)).toEqual(['done', 'done'])
    await closing
    await vi.waitFor(() => expect(server.open.size).toBe(0))
    expect(server.requests).toBe(2)
    await expect(fetch.close()).resolves.toBeUndefined()
  })

  test('closing breaks off what has not ended in time', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/begun') response.write('one')
    })
    const fetch = pool({ http2, drainTimeout: 50 })
    const waiting = expect(fetch(server.url)).rejects.toThrow('fetch failed')
    const reader = (await fetch(`${server.url}/begun`)).body?.getReader()
    await reader?.read()
    await fetch.close()
    await waiting
    await expect(reader?.read()).rejects.toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ message: expect.stringContaining('closed') }) }),
    )
    await vi.waitFor(() => expect(server.open.size).toBe(0))
  })
})

test('there are no more connections than allowed', async () => {
  const { handle, release, count } = held()
  const server = await serve(handle, { tls: false })
  const fetch = pool({ connections: 3 })
  const calls = Array.from({ length: 7 }, async () => (await fetch(server.url)).text())
  await vi.waitFor(() => expect(count()).toBe(3))
  expect(fetch.stats).toEqual({ connections: 3, running: 3, waiting: 4 })
  const releasing = setInterval(release, 5)
  await Promise.all(calls)
  clearInterval(releasing)
  expect(server).toMatchObject({ connections: 3, requests: 7 })
})

test('HTTP/2 opens one more connection when one is full', async () => {
  const { handle, release, count } = held()
  const server = await serve(handle)
  const fetch = pool({ streams: 10 })
  const calls = Array.from({ length: 25 }, async () => (await fetch(server.url)).text())
  await vi.waitFor(() => expect(count()).toBe(25))
  expect(server.connections).toBe(3)
  release()
  await Promise.all(calls)
})

test('an idle connection is kept as long as is said', async () => {
  const server = await serve(tell, { tls: false })
  const fetch = pool({ keepAliveTimeout: 1 })
  await told(fetch(server.url))
  await vi.waitFor(() => expect(server.open.size).toBe(0), { timeout: 3_000 })
  await told(fetch(server.url))
  expect(server.connections).toBe(2)
})

test('times may be none, or without an end', async () => {
  const server = await serve(
    (_, response) => {
      setTimeout(() => response.end('late'), 50)
    },
    { tls: false },
  )
  const fetch = pool({ keepAliveTimeout: 0, connectTimeout: Infinity, drainTimeout: Infinity })
  const late = fetch(server.url).then(response => response.text())
  await vi.waitFor(() => expect(server.requests).toBe(1))
  await fetch.close()
  expect(await late).toBe('late')
  const kept = pool({ keepAliveTimeout: Infinity })
  for (let call = 0; call < 2; call++) await (await kept(server.url)).text()
  expect(server.connections).toBe(2)
})

test('a certificate of nobody that is trusted is refused', async () => {
  const server = await serve(tell)
  await expect(pool({ tls: undefined })(server.url)).rejects.toThrow(
    expect.objectContaining({ cause: expect.objectContaining({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }) }),
  )
})

test('the pool is its own: the dispatcher under the runtime’s fetch stays as it was', async () => {
  const server = await serve(tell, { tls: false })
  await told(fetch(server.url))
  const key = Symbol.for('undici.globalDispatcher.1')
  const before = Reflect.get(globalThis, key) as unknown
  expect(before).toBeDefined()
  await told(pool()(server.url))
  expect(Reflect.get(globalThis, key)).toBe(before)
})

test('closing before the first call opens nothing', async () => {
  const fetch = pool()
  await fetch.close()
  await expect(fetch('https://localhost:1')).rejects.toThrow('The connections of this provider are closed.')
  expect(fetch.stats).toEqual({ connections: 0, running: 0, waiting: 0 })
})

test('closing while the first call opens the pool refuses that call', async () => {
  const server = await serve(tell)
  const fetch = pool()
  const call = fetch(server.url)
  await fetch.close()
  await expect(call).rejects.toThrow(ConfigurationError)
  expect(server.connections).toBe(0)
})

test('unknown and impossible options are errors', () => {
  expect(() => pooledFetch({ maxConnections: 1 } as never)).toThrow(/maxConnections/)
  expect(() => pooledFetch({ connections: 0 })).toThrow(ConfigurationError)
  expect(() => pooledFetch({ keepAliveTimeout: -1 })).toThrow(ConfigurationError)
})

test('where the runtime pools by itself, its fetch is used until closed', async () => {
  vi.stubGlobal('process', { versions: { node: '24.0.0', bun: '1.3.0' } })
  const own = vi.fn(() => Promise.resolve(new Response('own')))
  vi.stubGlobal('fetch', own)
  cleanUp.push(() => vi.unstubAllGlobals())
  const fetch = pooledFetch()
  expect(await (await fetch('https://example.com')).text()).toBe('own')
  await fetch.close()
  await expect(fetch('https://example.com')).rejects.toThrow(ConfigurationError)
  expect(own).toHaveBeenCalledTimes(1)
})
