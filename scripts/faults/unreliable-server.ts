import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { chatFixtures } from '@llm/testing'

/** A server of which some requests come to nothing, and what it remembers of each call. */
export interface UnreliableServer {
  readonly url: string
  /** By the call's number: how many requests of it have come, and how many were answered. */
  readonly seen: ReadonlyMap<string, { readonly requests: number; readonly answers: number }>
  close(): Promise<void>
}

/** How a request may come to nothing, before any content. */
type Failure = (response: ServerResponse, start: string | Uint8Array) => void

const FAILURES: readonly Failure[] = [
  response => response.destroy(),
  response => response.writeHead(500).end('{"error":{"message":"Internal error"}}'),
  response => response.writeHead(503, { 'content-type': 'text/html' }).end('<title>Unavailable</title>'),
  response => response.writeHead(529).end(),
  response => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 }).flushHeaders()
    response.destroy()
  },
  (response, start) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(start, () => response.destroy())
  },
  response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end('data: {"error":{"message":"Overloaded","type":"overloaded_error","code":503}}\n\n')
  },
]
const BEFORE_STREAMS = 5

/** Starts a server on this machine that fails so many of its requests, chosen by a source of numbers from 0 to 1. */
export async function startUnreliableServer(failing: number, random: () => number): Promise<UnreliableServer> {
  const fixtures = chatFixtures()
  const seen = new Map<string, { requests: number; answers: number }>()
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = JSON.parse(await text(request)) as { stream?: boolean; messages: { content: string }[] }
    const call = body.messages[0]?.content ?? ''
    const count = seen.get(call) ?? { requests: 0, answers: 0 }
    seen.set(call, count)
    count.requests += 1
    const answer = {
      id: call,
      model: 'model-1',
      parts: [{ type: 'text', deltas: ['Answer to ', call] }],
      finishReason: 'stop',
      usage: { inputTokens: 3, outputTokens: 2 },
    } as const
    if (random() < failing) {
      const failures = body.stream === true ? FAILURES : FAILURES.slice(0, BEFORE_STREAMS)
      failures[Math.floor(random() * failures.length)]?.(response, fixtures.events(answer)[0] ?? '')
      return
    }
    count.answers += 1
    if (body.stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(fixtures.body(answer)))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of fixtures.events(answer)) response.write(event)
    response.end()
  }
  const server = createServer((request, response) => void handle(request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    seen,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
