import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A connection to a service that a test can cut, or let fall silent. */
export interface Proxy {
  /** The service's URL, through the proxy. */
  readonly url: string
  /** Ends every connection and accepts none. */
  cut(): Promise<void>
  /** Passes nothing on any more, and says nothing of it. */
  silence(): void
  /** As it was at first. Connections that were silent stay so. */
  restore(): Promise<void>
  close(): Promise<void>
}

export async function startProxy(target: string): Promise<Proxy> {
  const { hostname, port, protocol } = new URL(target)
  const sockets = new Set<Socket>()
  let silent = false
  const server = createServer(socket => {
    const upstream = connect({ host: hostname, port: Number(port || (protocol === 'redis:' ? 6379 : 5432)) })
    const pass = (from: Socket, to: Socket): void => {
      sockets.add(from)
      from.on('data', (data: Buffer) => silent || to.write(data))
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
    pass(socket, upstream)
    pass(upstream, socket)
  })
  const cut = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    if (!server.listening) return
    server.close()
    await once(server, 'close')
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: own } = server.address() as AddressInfo
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String(own)
  return {
    url: url.href,
    cut,
    silence: () => (silent = true),
    async restore() {
      silent = false
      if (server.listening) return
      server.listen(own, '127.0.0.1')
      await once(server, 'listening')
    },
    close: cut,
  }
}
