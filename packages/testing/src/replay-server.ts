import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { replay, type Replay, type ReplayOptions } from './replay.ts'

/** A server on this machine that serves recorded traffic. */
export interface ReplayServer extends Omit<Replay, 'fetch'> {
  /** Where it listens, such as `http://127.0.0.1:50123`: put it in place of the recorded host. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves recorded traffic over HTTP, for what takes a base URL rather than a `fetch`: other processes, other languages.
 *
 * @throws an Error where there is no recording.
 * @example
 * ```ts
 * import { startReplayServer } from '@llm/testing'
 *
 * const server = await startReplayServer('cassettes')
 * const response = await fetch(`${server.url}/v1/models`)
 * console.log(response.status)
 * await server.close()
 * ```
 */
export async function startReplayServer(path: string, options: ReplayOptions = {}): Promise<ReplayServer> {
  const { createServer } = await import('node:http')
  const { fetch, problems, done } = await replay(path, options)
  const server = createServer((request, response) => {
    answer(fetch, request, response).catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    problems,
    done,
    close: () =>
      new Promise(resolve => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

async function answer(fetch: Replay['fetch'], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = request
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk as Uint8Array)
  const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...rest } = headers
  const replayed = await fetch(`http://127.0.0.1${url}`, {
    method,
    headers: rest as Record<string, string>,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.concat(chunks) }),
  })
  response.writeHead(replayed.status, Object.fromEntries(replayed.headers))
  for await (const chunk of replayed.body ?? []) response.write(chunk)
  response.end()
}
