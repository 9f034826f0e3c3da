import { ELSEWHERE, TOO_LATE, type Expected, type Fault } from './fault.ts'
import { afterwards, before, broken, endStream, reset, through, writeHead } from './faulty-server.ts'

const cut: Expected = { code: 'connection', ...ELSEWHERE }
const cutLate: Expected = { code: 'connection', ...TOO_LATE }

/** The network between the host and the caller fails. */
export const CONNECTIONS: readonly Fault[] = [
  { name: 'connection refused', of: 'both', expected: cut, address: 'refused' },
  { name: 'a name that does not resolve', of: 'both', expected: cut, address: 'unknown' },
  { name: 'a certificate that is not to be trusted', of: 'both', expected: cut, address: 'untrusted' },
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
      afterwards(() => {
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
      afterwards(() => {
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
    expected: cutLate,
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
    expected: cutLate,
    partial: 'Hel',
    behave: broken(through, ({ socket }) => {
      endStream(socket)
    }),
  },
]
