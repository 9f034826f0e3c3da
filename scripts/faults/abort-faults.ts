import { NEVER, type Expected, type Fault } from './fault.ts'
import { before, beginStream, through, writeHead } from './faulty-server.ts'

const aborted: Expected = { code: 'aborted', ...NEVER }

/** The caller gives up. */
export const ABORTS: readonly Fault[] = [
  { name: 'aborted before it is sent', of: 'both', expected: aborted, abort: 'at once', behave: () => undefined },
  { name: 'aborted before the response', of: 'both', expected: aborted, abort: 'when sent', behave: () => undefined },
  {
    name: 'aborted in the headers',
    of: 'both',
    expected: aborted,
    abort: 'when sent',
    behave: ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-ty')
    },
  },
  {
    name: 'aborted in the body',
    of: 'whole',
    expected: aborted,
    abort: 'when sent',
    behave: ({ socket }) => {
      writeHead(socket, 200, { 'content-type': 'application/json', 'content-length': '1000' })
      socket.write('{"id":')
    },
  },
  {
    name: 'aborted in the stream, before content',
    of: 'stream',
    expected: aborted,
    abort: 'when sent',
    partial: '',
    behave: exchange => {
      beginStream(exchange, before(exchange))
    },
  },
  {
    name: 'aborted in the stream, after content',
    of: 'stream',
    expected: aborted,
    abort: 'at content',
    partial: 'Hel',
    behave: exchange => {
      beginStream(exchange, through(exchange))
    },
  },
]
