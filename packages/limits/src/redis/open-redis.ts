import { lazy, loadOptional } from '@llm/core'
import type { Opened } from '../place.ts'
import type { RedisClient } from './client.ts'

/** One connection for a connection string, which is made again whenever it is lost. It keeps no process alive. */
export function openRedis(url: string, timeout: number): Opened<RedisClient> {
  const load = lazy(() => loadOptional('redis', () => import('redis')))
  const create = lazy(async () => {
    const { createClient } = await load()
    const client = createClient({
      url,
      // Whoever asks while there is no connection is told at once.
      disableOfflineQueue: true,
      socket: { connectTimeout: timeout, reconnectStrategy: tries => Math.min(1000, 50 * 2 ** tries) },
    })
    // Told by the next question.
    client.on('error', () => undefined)
    client.unref()
    return { client, connected: client.connect() }
  })
  let used = false
  return {
    load,
    async connect() {
      used = true
      const { client, connected } = await create()
      if (client.isReady) return client
      const failed = Promise.withResolvers<never>()
      client.once('error', failed.reject)
      try {
        // It goes on trying; whoever asks meanwhile is told why it cannot.
        await Promise.race([connected, failed.promise])
      } finally {
        client.removeListener('error', failed.reject)
      }
      return client
    },
    async close() {
      if (!used) return
      const { client } = await create()
      if (client.isOpen) client.destroy()
    },
  }
}
