import type { Socket } from 'node:net'
import { ELSEWHERE, TOO_LATE, type Fault } from './fault.ts'
import { before, beginStream, through, writeChunk, writeHead, type Behaviour, type Exchange } from './faulty-server.ts'

/** Long enough for what comes before to arrive on a busy machine. */
const TIMEOUT = 300

/** Goes on with something small for as long as anybody listens. */
function trickle(socket: Socket, write: () => void): void {
  const timer = setInterval(() => {
    if (socket.destroyed || !socket.writable) clearInterval(timer)
    else write()
  }, 20)
  socket.on('close', () => {
    clearInterval(timer)
  })
}

/** Goes on with what is no content: comments, which servers send to keep a connection open. */
const pinging =
  (count: (exchange: Exchange) => number): Behaviour =>
  exchange => {
    beginStream(exchange, count(exchange))
    trickle(exchange.socket, () => {
      writeChunk(exchange.socket, ': ping\n\n')
    })
  }

const silent =
  (count: (exchange: Exchange) => number): Behaviour =>
  exchange => {
    beginStream(exchange, count(exchange))
  }

const late = (timer: string) => ({ code: 'timeout', timer, ...ELSEWHERE })
const tooLate = (timer: string) => ({ code: 'timeout', timer, ...TOO_LATE })

/** Nothing more comes, or too slowly. */
export const STALLS: readonly Fault[] = [
  { name: 'half open: nothing ever comes', of: 'both', expected: late('total'), timeout: 100, behave: () => undefined },
  {
    name: 'half open, with limits of streams',
    of: 'stream',
    expected: late('liveness'),
    limits: { livenessMs: 100, firstContentMs: 5_000 },
    behave: () => undefined,
  },
  {
    name: 'slow loris: the headers come letter by letter',
    of: 'both',
    expected: late('total'),
    timeout: TIMEOUT,
    behave: ({ socket }) => {
      const letters = [...'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n']
      trickle(socket, () => socket.write(letters.shift() ?? 'x'))
    },
  },
  {
    name: 'slow loris: the body comes letter by letter',
    of: 'whole',
    expected: late('total'),
    timeout: TIMEOUT,
    behave: ({ socket }) => {
      writeHead(socket, 200, { 'content-type': 'application/json', 'content-length': '1000' })
      trickle(socket, () => socket.write(' '))
    },
  },
  {
    name: 'stalled in the body',
    of: 'whole',
    expected: late('total'),
    timeout: TIMEOUT,
    behave: ({ socket }) => {
      writeHead(socket, 200, { 'content-type': 'application/json', 'content-length': '1000' })
      socket.write('{"id":')
    },
  },
  {
    name: 'stalled in the stream, before content, without pings',
    of: 'stream',
    expected: late('liveness'),
    limits: { livenessMs: TIMEOUT, firstContentMs: 5_000 },
    partial: '',
    behave: silent(before),
  },
  {
    name: 'stalled in the stream, before content, with pings',
    of: 'stream',
    expected: late('first-content'),
    limits: { livenessMs: 5_000, firstContentMs: TIMEOUT },
    partial: '',
    needs: 'pings',
    behave: pinging(before),
  },
  {
    name: 'stalled in the stream, after content, without pings',
    of: 'stream',
    expected: tooLate('liveness'),
    limits: { livenessMs: TIMEOUT, idleMs: 5_000 },
    partial: 'Hel',
    behave: silent(through),
  },
  {
    name: 'stalled in the stream, after content, with pings',
    of: 'stream',
    expected: tooLate('idle'),
    limits: { livenessMs: 5_000, idleMs: TIMEOUT },
    partial: 'Hel',
    needs: 'pings',
    behave: pinging(through),
  },
  {
    name: 'stalled in the stream, with a deadline only',
    of: 'stream',
    expected: tooLate('total'),
    timeout: TIMEOUT,
    partial: 'Hel',
    behave: silent(through),
  },
]
