import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { chunksOf, type Reply } from './fake-host.ts'

/** A real server on this machine that answers every request alike. */
export interface Loopback {
  /** Sends every request here, whatever its URL. */
  readonly fetch: typeof globalThis.fetch
  /** The next request has come. */
  received(): Promise<void>
  /** A connection was closed before its answer was whole; fails where none is within two seconds. */
  closed(): Promise<void>
  close(): Promise<void>
}

/** Starts a server on a free port of the loopback interface. */
export async function startLoopback(reply: Reply): Promise<Loopback> {
  const { createServer } = await import('node:http')
  const requests = countEvents('no request came')
  const closings = countEvents('the connection was not closed')
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) closings.happened()
    })
    request.resume().on('end', () => {
      requests.happened()
      if (reply.silent === true) return
      response.writeHead(reply.status ?? 200, reply.headers)
      for (const chunk of chunksOf(reply)) response.write(chunk)
      if (reply.then === 'break') setTimeout(() => response.destroy(), 20)
      else if (reply.then !== 'hang') response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  return {
    fetch: (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input)
      const here = new URL(url.pathname + url.search, origin)
      return fetch(input instanceof Request ? new Request(here, input) : here, init)
    },
    received: requests.next,
    closed: closings.next,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const PATIENCE = 2000

/** Waits for things to happen, each once. */
function countEvents(failure: string): { readonly happened: () => void; readonly next: () => Promise<void> } {
  let unseen = 0
  let wake: (() => void) | undefined
  return {
    happened: () => {
      unseen += 1
      wake?.()
    },
    next: async () => {
      const deadline = Date.now() + PATIENCE
      while (unseen === 0) {
        if (Date.now() > deadline) throw new Error(`${failure} within ${String(PATIENCE)} ms`)
        await new Promise<void>(resolve => {
          wake = resolve
          setTimeout(resolve, 50)
        })
      }
      unseen -= 1
    },
  }
}
