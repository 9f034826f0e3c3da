import { createServer, type AddressInfo, type Socket } from 'node:net'
import { MODELS, type Api } from '../contestants/contestant.ts'
import { headersOf, isStreamed, streamChunks, wholeAnswer } from './answers.ts'

// A server in a process of its own. It writes each answer at once, from bytes that were made before, so that it is never
// what is measured; the HTTP chunks keep the cuts. A path begins with how many events go into one, and whose answer it is.

const answers = new Map<string, Buffer>()
for (const api of Object.keys(MODELS) as Api[]) {
  for (const perChunk of [1, 8]) {
    answers.set(`/${perChunk}/${api} stream`, chunked(headersOf(api, true), streamChunks(api, perChunk)))
    answers.set(`/${perChunk}/${api} whole`, chunked(headersOf(api, false), [Buffer.from(wholeAnswer(api))]))
  }
}

function chunked(fields: Readonly<Record<string, string>>, chunks: readonly Uint8Array[]): Buffer {
  const headers = Object.entries({ ...fields, 'transfer-encoding': 'chunked' })
  const head = `HTTP/1.1 200 OK\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  const body = chunks.flatMap(chunk => [
    Buffer.from(`${chunk.byteLength.toString(16)}\r\n`),
    chunk,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([Buffer.from(head), ...body, Buffer.from('0\r\n\r\n')])
}

function serve(socket: Socket): void {
  let text = ''
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', bytes => {
    text += bytes.toString('latin1')
    const end = text.indexOf('\r\n\r\n')
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Infinity)
    if (end === -1 || text.length < end + 4 + length) return
    const [, which = '', path = ''] = /^POST (\/\d+\/\w+)(\S+)/.exec(text) ?? []
    const answer = answers.get(`${which} ${isStreamed(path, text) ? 'stream' : 'whole'}`)
    text = ''
    socket.write(answer ?? 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')
  })
}

const server = createServer(serve)
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
