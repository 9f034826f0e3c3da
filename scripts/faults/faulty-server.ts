import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { FixtureAnswer, WireFixtures } from '@llm/testing'

/** One request that has come, and the means to answer it wrongly: bytes on a socket. */
export interface Exchange {
  readonly socket: Socket
  /** Whether a stream was asked for. */
  readonly streamed: boolean
  readonly fixtures: WireFixtures
  /** The address of the server itself. */
  readonly url: string
}

/** What the server does with every request. */
export type Behaviour = (exchange: Exchange) => void

/** A server that misbehaves. */
export interface FaultyServer {
  readonly url: string
  /** How many requests have come. */
  readonly requests: number
  /** Connections that are still open. */
  readonly open: number
  /** Bytes that were taken from it. */
  readonly sent: number
  close(): Promise<void>
}

/** What a good answer would be. */
export const ANSWER: FixtureAnswer = {
  id: 'answer-1',
  model: 'model-1',
  parts: [{ type: 'text', deltas: ['Hel', 'lo'] }],
  finishReason: 'stop',
  usage: { inputTokens: 3, outputTokens: 2 },
}

/** Starts a server on this machine that treats every request in one way. */
export async function startFaultyServer(fixtures: WireFixtures, behave: Behaviour): Promise<FaultyServer> {
  const sockets = new Set<Socket>()
  const state = { requests: 0, sent: 0, url: '' }
  const server: Server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      state.sent += socket.bytesWritten
    })
    onRequest(socket, path => {
      state.requests += 1
      behave({ socket, streamed: path.streamed, fixtures, url: state.url })
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  state.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    url: state.url,
    get requests() {
      return state.requests
    },
    get sent() {
      return state.sent
    },
    get open() {
      return sockets.size
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Waits for a whole request, head and body, and says whether it asks for a stream. */
function onRequest(socket: Socket, handle: (request: { readonly streamed: boolean }) => void): void {
  let received = ''
  socket.on('data', (bytes: Buffer) => {
    received += bytes.toString('latin1')
    const end = received.indexOf('\r\n\r\n')
    if (end < 0) return
    const length = Number(/content-length: (\d+)/i.exec(received.slice(0, end))?.[1] ?? 0)
    if (received.length < end + 4 + length) return
    const streamed = /"stream":true|stream/i.test(received.split('\r\n', 1)[0] ?? '') || /"stream":true/.test(received)
    received = ''
    handle({ streamed })
  })
}

/** Writes the head of a response. Connections are not kept, so that a leak shows. */
export function writeHead(socket: Socket, status: number, headers: Readonly<Record<string, string>> = {}): void {
  const lines = Object.entries({ connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`HTTP/1.1 ${String(status)} Status\r\n${lines.join('')}\r\n`)
}

/** A whole response. */
export interface WholeResponse {
  readonly status?: number
  readonly body: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

export function respond(socket: Socket, { status = 200, body, headers = {} }: WholeResponse): void {
  const bytes = Buffer.from(body)
  writeHead(socket, status, { 'content-type': 'application/json', 'content-length': String(bytes.length), ...headers })
  socket.end(bytes)
}

/** Begins a stream: its head, and so many of the answer's events. */
export function beginStream({ socket, fixtures }: Exchange, count: number): void {
  writeHead(socket, 200, { 'content-type': fixtures.streamType ?? 'text/event-stream', 'transfer-encoding': 'chunked' })
  for (const event of fixtures.events(ANSWER).slice(0, count)) writeChunk(socket, event)
}

export function writeChunk(socket: Socket, data: string | Uint8Array): void {
  const bytes = Buffer.from(data as Uint8Array)
  if (socket.writable)
    socket.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]))
}

export function endStream(socket: Socket): void {
  if (socket.writable) socket.end('0\r\n\r\n')
}

/** Ends a connection without a word. */
export function reset(socket: Socket): void {
  socket.resetAndDestroy()
}

/** Does something once what was written is on its way. */
export function afterwards(act: () => void): void {
  setTimeout(act, 30)
}

/** A stream that breaks off after so many events, in one way or another. */
export function broken(count: (exchange: Exchange) => number, how: (exchange: Exchange) => void): Behaviour {
  return exchange => {
    beginStream(exchange, count(exchange))
    afterwards(() => {
      how(exchange)
    })
  }
}

/** How many events of a stream come before its first text. */
export function before({ fixtures }: Exchange): number {
  return fixtures.events(ANSWER).findIndex(event => Buffer.from(event as Uint8Array).includes('Hel'))
}

/** How many there are with it. */
export function through(exchange: Exchange): number {
  return before(exchange) + 1
}

/** Writes one message of 200 MB as fast as it is taken, and does not say how long it is. */
export function flood(socket: Socket, status: number, type: string = 'application/json'): void {
  const piece = Buffer.alloc(2 ** 20, ' ')
  let left = 200
  writeHead(socket, status, { 'content-type': type })
  socket.write('data: ')
  const write = (): void => {
    while (left > 0 && socket.writable) {
      left -= 1
      if (!socket.write(piece)) return void socket.once('drain', write)
    }
    socket.end()
  }
  write()
}

/** A whole, good answer, streamed or not. */
export function answerWell(exchange: Exchange): void {
  const { socket, fixtures, streamed } = exchange
  if (!streamed) {
    respond(socket, { body: JSON.stringify(fixtures.body(ANSWER)) })
    return
  }
  beginStream(exchange, Number.POSITIVE_INFINITY)
  endStream(socket)
}
