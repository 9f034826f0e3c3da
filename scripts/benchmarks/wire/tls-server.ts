import { createSecureServer } from 'node:http2'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { selfSignedCertificate } from '@llm/testing'
import { wholeAnswer } from './answers.ts'

// A server in a process of its own that speaks TLS, HTTP/2 and HTTP/1.1, and the same at a distance: behind a proxy that
// keeps all bytes back for a while. Says nothing of how long it keeps connections; when asked, it tells how many there were,
// and closes them.

/** From here to there and back. */
const ROUND_TRIP_MS = 40
/** Of an answer that a model thinks about. */
const THINKING_MS = 100

const certificate = await selfSignedCertificate('localhost')
const answer = wholeAnswer('chat')
const open = new Set<Socket>()
let connections = 0

const server = createSecureServer({ ...certificate, allowHTTP1: true }, (request, response) => {
  void text(request)
    .then(() => (request.url.startsWith('/slow') ? sleep(THINKING_MS) : undefined))
    .then(() => {
      response.setHeader('content-type', 'application/json')
      response.end(answer)
    })
})
server.on('connection', (socket: Socket) => {
  connections += 1
  open.add(socket.on('close', () => open.delete(socket)))
})
// Node's own server would tell, where a host's load balancer does not.
Object.assign(server, { keepAliveTimeout: 0 })

const port = await listening(server)
const distant = await listening(
  createServer({ noDelay: true }, near => {
    const far = connect({ port, host: 'localhost', noDelay: true })
    // The first bytes also wait for the round trip that connecting takes.
    pass(near, far, ROUND_TRIP_MS)
    pass(far, near, 0)
  }),
)

function pass(from: Socket, to: Socket, firstMs: number): void {
  const opened = performance.now()
  const later = (act: () => void): void => {
    setTimeout(act, Math.max(ROUND_TRIP_MS / 2, opened + firstMs + ROUND_TRIP_MS / 2 - performance.now()))
  }
  from.on('data', bytes => {
    later(() => to.write(bytes))
  })
  from.on('error', () => to.destroy())
  from.on('close', () => {
    later(() => to.end())
  })
}

async function listening(started: Server): Promise<number> {
  await new Promise<void>(resolve => started.listen(0, 'localhost', resolve))
  return (started.address() as AddressInfo).port
}

process.on('message', () => {
  process.send?.(connections)
  connections = 0
  // What the runtime keeps would make the next round begin warm.
  for (const socket of open) socket.destroy()
})
process.on('disconnect', () => process.exit())
process.send?.({ port, distant, ca: certificate.cert })
