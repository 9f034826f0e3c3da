import { once } from 'node:events'
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { fallback, type CompletionRequest } from '@llm/core'
import { pooledFetch } from '@llm/pool'
import { openai } from '@llm/provider-openai'
import { selfSignedCertificate, type TestCertificate, type WireFixtures } from '@llm/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { ANSWER } from './faulty-server.ts'
import { HOSTS } from './hosts.ts'

const REQUEST: CompletionRequest = { model: 'model-1', messages: [{ role: 'user', content: 'Hi' }], maxTokens: 50 }

let certificate: TestCertificate
beforeAll(async () => {
  certificate = await selfSignedCertificate('localhost')
})

/** A host on this machine, over TLS, with the connections that it has seen and those that are open. */
async function startHost(answer: (request: Http2ServerRequest, response: Http2ServerResponse) => Promise<void>) {
  const open = new Set<Socket>()
  const seen: string[] = []
  const server = createSecureServer({ ...certificate, allowHTTP1: true }, (request, response) => {
    seen.push(request.httpVersion)
    void answer(request, response)
  })
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    open.add(socket.on('close', () => open.delete(socket)))
  })
  await once(server.listen(0), 'listening')
  const url = `https://localhost:${String((server.address() as AddressInfo).port)}`
  return { url, open, seen, connections: () => connections, stop: () => void server.close() }
}

function answers(fixtures: WireFixtures): Parameters<typeof startHost>[0] {
  return async (request, response) => {
    const streamed = request.url.toLowerCase().includes('stream') || (await text(request)).includes('"stream":true')
    const type = streamed ? (fixtures.streamType ?? 'text/event-stream') : 'application/json'
    response.writeHead(200, { 'content-type': type })
    for (const piece of streamed ? fixtures.events(ANSWER) : [JSON.stringify(fixtures.body(ANSWER))])
      response.write(piece)
    response.end()
  }
}

describe.each(HOSTS)('$name', tested => {
  test.each([
    { http2: true, version: '2.0' },
    { http2: false, version: '1.1' },
  ])('through a pool that speaks HTTP/$version, closed with its provider', async ({ http2, version }) => {
    const host = await startHost(answers(tested.fixtures))
    const fetch = pooledFetch({ http2, connections: 1, tls: { ca: certificate.cert } })
    const provider = tested.create({ apiKey: 'sk-test', baseURL: host.url, fetch })
    expect((await provider.complete(REQUEST)).text).toBe('Hello')
    expect((await provider.stream(REQUEST).completion()).text).toBe('Hello')
    for await (const event of provider.stream(REQUEST)) if (event.type === 'text-delta') break
    expect((await provider.complete(REQUEST)).text).toBe('Hello')
    expect(host.seen).toEqual([version, version, version, version])
    await provider.close?.()
    await vi.waitFor(() => expect(host.open.size).toBe(0))
    await expect(provider.complete(REQUEST)).rejects.toMatchObject({ code: 'configuration', retryable: false })
    host.stop()
  })
})

test('a file is uploaded through a pool', async () => {
  const bodies: string[] = []
  const host = await startHost(async (request, response) => {
    bodies.push(await text(request))
    response.end(JSON.stringify({ id: 'file-1', object: 'file', bytes: 4, filename: 'a.txt', purpose: 'user_data' }))
  })
  const fetch = pooledFetch({ tls: { ca: certificate.cert } })
  const provider = openai({ apiKey: 'sk-test', baseURL: host.url, fetch })
  const data = new TextEncoder().encode('data')
  expect(await provider.files.upload({ data, filename: 'a.txt', purpose: 'user_data' })).toMatchObject({ id: 'file-1' })
  expect(bodies[0]).toMatch(/filename="a.txt"[^]*\r\n\r\ndata\r\n/)
  await provider.close?.()
  host.stop()
})

test('backups share the pool of the first, and all are closed as one', async () => {
  const [host] = HOSTS.filter(({ name }) => name === 'openai')
  const sick = await startHost(async (_, response) => void response.writeHead(503).end())
  const well = await startHost(answers((host as (typeof HOSTS)[number]).fixtures))
  const fetch = pooledFetch({ tls: { ca: certificate.cert } })
  const provider = fallback([openai({ apiKey: 'sk-test', baseURL: sick.url, fetch }), { baseURL: well.url }])
  expect((await provider.complete(REQUEST)).attempts).toHaveLength(2)
  expect(fetch.stats.connections).toBe(2)
  await provider.close?.()
  await vi.waitFor(() => expect(sick.open.size + well.open.size).toBe(0))
  sick.stop()
  well.stop()
})
