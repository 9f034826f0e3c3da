import type { Socket } from 'node:net'
import type { Expected, Fault } from './fault.ts'
import { beginStream, endStream, eventsUntilText, writeHead, type Behaviour, type Exchange } from './faulty-server.ts'

const cut: Expected = { code: 'connection', retryable: true }
const slow: Expected = { code: 'timeout', retryable: true, timer: 'total' }
const TIMEOUT = 150

function reset(socket: Socket): void {
  socket.resetAndDestroy()
}

/** Does something once what was written is on its way. */
function then(act: () => void): void {
  setTimeout(act, 30)
}

/** A stream that breaks off after so many events, in one way or another. */
export function broken(count: (exchange: Exchange) => number, how: (exchange: Exchange) => void): Behaviour {
  return exchange => {
    beginStream(exchange, count(exchange))
    then(() => {
      how(exchange)
    })
  }
}

export const before = ({ fixtures }: Exchange): number => eventsUntilText(fixtures).before
export const through = ({ fixtures }: Exchange): number => eventsUntilText(fixtures).through

/** The network between the host and the caller fails. */
export const CONNECTIONS: readonly Fault[] = [
  {
    name: 'reset before the response',
    of: 'both',
    expected: cut,
    behave: ({ socket }) => {
      reset(socket)
    },
  },
  {
    name: 'closed before the response',
    of: 'both',
    expected: cut,
    behave: ({ socket }) => {
      socket.end()
    },
  },
  {
    name: 'reset in the headers',
    of: 'both',
    expected: cut,
    behave: ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-ty')
      then(() => {
        reset(socket)
      })
    },
  },
  {
    name: 'reset in the body',
    of: 'whole',
    expected: cut,
    behave: ({ socket }) => {
      writeHead(socket, 200, { 'content-type': 'application/json', 'content-length': '1000' })
      socket.write('{"id":')
      then(() => {
        reset(socket)
      })
    },
  },
  {
    name: 'a body that is shorter than it says',
    of: 'whole',
    expected: cut,
    behave: ({ socket }) => {
      writeHead(socket, 200, { 'content-type': 'application/json', 'content-length': '1000' })
      socket.end('{"id":')
    },
  },
  {
    name: 'reset in the stream, before content',
    of: 'stream',
    expected: cut,
    partial: '',
    behave: broken(before, ({ socket }) => {
      reset(socket)
    }),
  },
  {
    name: 'reset in the stream, after content',
    of: 'stream',
    expected: cut,
    partial: 'Hel',
    behave: broken(through, ({ socket }) => {
      reset(socket)
    }),
  },
  {
    name: 'a stream that ends early, before content',
    of: 'stream',
    expected: cut,
    partial: '',
    behave: broken(before, ({ socket }) => {
      endStream(socket)
    }),
  },
  {
    name: 'a stream that ends early, after content',
    of: 'stream',
    expected: cut,
    partial: 'Hel',
    behave: broken(through, ({ socket }) => {
      endStream(socket)
    }),
  },
]

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

/** Nothing more comes, or too slowly. */
export const STALLS: readonly Fault[] = [
  { name: 'half open: nothing ever comes', of: 'both', expected: slow, timeout: TIMEOUT, behave: () => undefined },
  {
    name: 'slow loris: the headers come letter by letter',
    of: 'both',
    expected: slow,
    timeout: TIMEOUT,
    behave: ({ socket }) => {
      const letters = [...'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n']
      trickle(socket, () => socket.write(letters.shift() ?? 'x'))
    },
  },
  {
    name: 'stalled in the stream, without pings',
    of: 'stream',
    expected: slow,
    timeout: TIMEOUT,
    partial: 'Hel',
    behave: exchange => {
      beginStream(exchange, through(exchange))
    },
  },
  {
    name: 'stalled in the body',
    of: 'whole',
    expected: slow,
    timeout: TIMEOUT,
    behave: ({ socket }) => {
      writeHead(socket, 200, { 'content-type': 'application/json', 'content-length': '1000' })
      socket.write('{"id":')
    },
  },
]
