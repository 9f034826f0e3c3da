import { gzipSync } from 'node:zlib'
import { ELSEWHERE, NEVER, TOO_LATE, type Expected, type Fault } from './fault.ts'
import {
  ANSWER,
  before,
  broken,
  endStream,
  flood,
  respond,
  through,
  writeChunk,
  writeHead,
  type Behaviour,
  type Exchange,
} from './faulty-server.ts'

const malformed: Expected = { code: 'malformed_response', ...NEVER }
const server: Expected = { code: 'server', ...ELSEWHERE }

function json(body: string): Behaviour {
  return ({ socket }) => {
    respond(socket, { body })
  }
}

const PAGE = '<!doctype html><html><head><title>Bad Gateway</title></head><body>…</body></html>'
const page = (status: number): Behaviour => {
  return ({ socket }) => {
    respond(socket, { status, body: PAGE, headers: { 'content-type': 'text/html' } })
  }
}

const MIB = 2 ** 20
const BOMB = gzipSync(Buffer.concat([Buffer.from('data: '), Buffer.alloc(200 * MIB)]))
const bomb = (status: number): Behaviour => {
  return ({ socket, streamed, fixtures }) => {
    const type = streamed && status === 200 ? (fixtures.streamType ?? 'text/event-stream') : 'application/json'
    respond(socket, { status, body: BOMB, headers: { 'content-encoding': 'gzip', 'content-type': type } })
  }
}

/** What may be on its way, in buffers on both sides, when nobody reads any more. */
const ON_ITS_WAY = 16 * MIB

/** The host, or what stands before it, answers with something else. */
export const BODIES: readonly Fault[] = [
  { name: 'an HTML page with status 502', of: 'both', expected: { ...server, status: 502 }, behave: page(502) },
  {
    name: 'an HTML page with status 503',
    of: 'both',
    expected: { code: 'overloaded', ...ELSEWHERE, status: 503 },
    behave: page(503),
  },
  { name: 'an HTML page with status 200', of: 'both', expected: malformed, behave: page(200) },
  { name: 'malformed JSON', of: 'whole', expected: malformed, behave: json('{"id": nope}') },
  {
    name: 'malformed JSON with status 500',
    of: 'both',
    expected: { ...server, status: 500 },
    behave: ({ socket }) => {
      respond(socket, { status: 500, body: '{"error": ' })
    },
  },
  { name: 'an empty body', of: 'whole', expected: malformed, behave: json('') },
  {
    name: 'an empty body with status 500',
    of: 'both',
    expected: { ...server, status: 500 },
    behave: ({ socket }) => {
      respond(socket, { status: 500, body: '' })
    },
  },
  {
    name: 'an empty stream',
    of: 'stream',
    expected: { code: 'connection', ...ELSEWHERE },
    partial: '',
    behave: broken(
      () => 0,
      ({ socket }) => {
        endStream(socket)
      },
    ),
  },
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
    name: 'a redirect to itself',
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
    name: 'a body of 200 MB',
    of: 'whole',
    expected: malformed,
    most: 64 * MIB + ON_ITS_WAY,
    behave: ({ socket }) => {
      flood(socket, 200)
    },
  },
  {
    name: 'a message of 200 MB in a stream',
    of: 'stream',
    expected: malformed,
    partial: '',
    most: 64 * MIB + ON_ITS_WAY,
    behave: ({ socket, fixtures }) => {
      flood(socket, 200, fixtures.streamType ?? 'text/event-stream')
    },
  },
  {
    name: 'a body of 200 MB with status 500',
    of: 'both',
    expected: { ...server, status: 500 },
    most: MIB + ON_ITS_WAY,
    behave: ({ socket }) => {
      flood(socket, 500)
    },
  },
  { name: 'a gzip bomb', of: 'both', expected: malformed, most: MIB, behave: bomb(200) },
  {
    name: 'a gzip bomb with status 500',
    of: 'both',
    expected: { ...server, status: 500 },
    most: MIB,
    behave: bomb(500),
  },
]

const isText = (event: string | Uint8Array): event is string => typeof event === 'string'

/** A stream says no when it has already said yes. */
export const EVENTS: readonly Fault[] = [
  {
    name: 'an error event in a 200, before content',
    of: 'stream',
    expected: { code: ['overloaded', 'server'], ...ELSEWHERE },
    partial: '',
    needs: 'error events',
    behave: broken(before, exchange => {
      errorEvent(exchange)
    }),
  },
  {
    name: 'an error event in a 200, after content',
    of: 'stream',
    expected: { code: ['overloaded', 'server'], ...TOO_LATE },
    partial: 'Hel',
    needs: 'error events',
    behave: broken(through, exchange => {
      errorEvent(exchange)
    }),
  },
  {
    name: 'a malformed event, before content',
    of: 'stream',
    expected: malformed,
    partial: '',
    behave: broken(before, exchange => {
      brokenEvent(exchange)
    }),
  },
  {
    name: 'a malformed event, after content',
    of: 'stream',
    expected: malformed,
    partial: 'Hel',
    behave: broken(through, exchange => {
      brokenEvent(exchange)
    }),
  },
]

function errorEvent({ socket, fixtures }: Exchange): void {
  const event = fixtures.errorEvent({ status: 503, message: 'Overloaded.' })
  if (event !== undefined) writeChunk(socket, event)
  endStream(socket)
}

function brokenEvent({ socket, fixtures }: Exchange): void {
  const [event = ''] = fixtures.events(ANSWER)
  writeChunk(socket, isText(event) ? 'data: {"broken\n\n' : new Uint8Array(64).fill(1))
  endStream(socket)
}
