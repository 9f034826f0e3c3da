import { gzipSync } from 'node:zlib'
import type { Socket } from 'node:net'
import { before, broken, through } from './connection-faults.ts'
import type { Expected, Fault } from './fault.ts'
import { ANSWER, endStream, respond, writeChunk, writeHead, type Behaviour, type Exchange } from './faulty-server.ts'

const malformed: Expected = { code: 'malformed_response', retryable: false }

function json(body: string): Behaviour {
  return ({ socket }) => {
    respond(socket, { body })
  }
}

/** Every status that a host may answer with, and what it is. */
const STATUSES: readonly (readonly [status: number, code: string, retryable: boolean])[] = [
  [400, 'invalid_request', false],
  [401, 'authentication', false],
  [402, 'quota_exceeded', false],
  [403, 'permission_denied', false],
  [404, 'not_found', false],
  [408, 'timeout', true],
  [409, 'invalid_request', true],
  [413, 'invalid_request', false],
  [422, 'invalid_request', false],
  [429, 'rate_limit', true],
  [500, 'server', true],
  [502, 'server', true],
  [503, 'overloaded', true],
  [504, 'timeout', true],
  [529, 'overloaded', true],
]

/** The host says no. */
export const ANSWERS: readonly Fault[] = STATUSES.map(([status, code, retryable]) => ({
  name: `status ${String(status)}`,
  of: 'both',
  expected: { code, retryable, status },
  behave: ({ socket, fixtures }) => {
    respond(socket, { status, body: JSON.stringify(fixtures.errorBody({ status, message: 'No.' })) })
  },
}))

const limited = (name: string, headers: () => Readonly<Record<string, string>>, retryAfterMs?: number): Fault => ({
  name: `status 429, ${name}`,
  of: 'both',
  expected: {
    code: 'rate_limit',
    retryable: true,
    status: 429,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  },
  behave: ({ socket, fixtures }) => {
    respond(socket, {
      status: 429,
      body: JSON.stringify(fixtures.errorBody({ status: 429, message: 'Slow down.' })),
      headers: headers(),
    })
  },
})

/** The host says when to come back. */
export const LIMITS: readonly Fault[] = [
  limited('retry-after in seconds', () => ({ 'retry-after': '2' }), 2000),
  limited('retry-after-ms', () => ({ 'retry-after-ms': '250', 'retry-after': '1' }), 250),
  limited('retry-after as a date', () => ({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() })),
  limited('retry-after that is nonsense', () => ({ 'retry-after': 'soon' })),
]

const PAGE = '<!doctype html><html><head><title>Bad Gateway</title></head><body>…</body></html>'

/** The host, or what stands before it, answers with something else. */
export const BODIES: readonly Fault[] = [
  {
    name: 'an HTML page with status 502',
    of: 'both',
    expected: { code: 'server', retryable: true, status: 502 },
    behave: ({ socket }) => {
      respond(socket, { status: 502, body: PAGE, headers: { 'content-type': 'text/html' } })
    },
  },
  {
    name: 'an HTML page with status 200',
    of: 'both',
    expected: malformed,
    behave: ({ socket }) => {
      respond(socket, { body: PAGE, headers: { 'content-type': 'text/html' } })
    },
  },
  { name: 'malformed JSON', of: 'whole', expected: malformed, behave: json('{"id": nope}') },
  { name: 'an empty body', of: 'whole', expected: malformed, behave: json('') },
  { name: 'JSON of another kind', of: 'whole', expected: malformed, behave: json('{"hello":"world"}') },
  {
    name: 'no content (204)',
    of: 'both',
    expected: malformed,
    behave: ({ socket }) => {
      writeHead(socket, 204)
      socket.end()
    },
  },
  {
    name: 'a redirect',
    of: 'both',
    expected: { ...malformed, status: 307 },
    behave: ({ socket, url }) => {
      respond(socket, { status: 307, body: '', headers: { location: `${url}/again` } })
    },
  },
  {
    name: 'a wrong content type',
    of: 'whole',
    expected: malformed,
    behave: ({ socket }) => {
      respond(socket, { body: 'Hello', headers: { 'content-type': 'text/plain' } })
    },
  },
  {
    name: 'a failed call with a body of 200 MB',
    of: 'both',
    expected: { code: 'server', retryable: true, status: 500 },
    behave: ({ socket }) => {
      flood(socket)
    },
  },
  {
    name: 'a failed call with a gzip bomb',
    of: 'both',
    expected: { code: 'server', retryable: true, status: 500 },
    behave: ({ socket }) => {
      respond(socket, { status: 500, body: BOMB, headers: { 'content-encoding': 'gzip' } })
    },
  },
]

const BOMB = gzipSync(Buffer.alloc(200 * 2 ** 20))

/** Writes 200 MB as fast as they are taken. */
function flood(socket: Socket): void {
  writeHead(socket, 500, { 'content-type': 'application/json', 'content-length': String(200 * 2 ** 20) })
  const piece = Buffer.alloc(2 ** 20, ' ')
  let left = 200
  const write = (): void => {
    while (left > 0 && socket.writable) {
      left -= 1
      if (!socket.write(piece)) return void socket.once('drain', write)
    }
    socket.end()
  }
  write()
}

const isText = (event: string | Uint8Array): event is string => typeof event === 'string'

/** A stream says no when it has already said yes. */
export const EVENTS: readonly Fault[] = [
  {
    name: 'an error event in a 200, before content',
    of: 'stream',
    expected: { code: ['overloaded', 'server'], retryable: true },
    partial: '',
    behave: broken(before, exchange => {
      errorEvent(exchange)
    }),
  },
  {
    name: 'an error event in a 200, after content',
    of: 'stream',
    expected: { code: ['overloaded', 'server'], retryable: true },
    partial: 'Hel',
    behave: broken(through, exchange => {
      errorEvent(exchange)
    }),
  },
  {
    name: 'a malformed event',
    of: 'stream',
    expected: malformed,
    partial: 'Hel',
    behave: broken(through, ({ socket, fixtures }) => {
      const [event = ''] = fixtures.events(ANSWER)
      writeChunk(socket, isText(event) ? 'data: {"broken\n\n' : new Uint8Array(64).fill(1))
      endStream(socket)
    }),
  },
]

function errorEvent({ socket, fixtures }: Exchange): void {
  const event = fixtures.errorEvent({ status: 503, message: 'Overloaded.' })
  if (event !== undefined) writeChunk(socket, event)
  endStream(socket)
}
