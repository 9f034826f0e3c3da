import { parseService, type ModelClient } from '@llm/core'
import { createClient, type CreateClientOptions, type HostSettings } from './create-client.ts'

/** What {@link createClientPool} takes: as for one client, but settings by provider, as a key is for one host alone. */
export interface ClientPoolOptions extends Omit<CreateClientOptions, 'settings'> {
  /** Settings by provider, such as `{ openai: { apiKey }, azure: { deployments } }`. */
  readonly settings?: Readonly<Record<string, HostSettings>> | undefined
}

/** Clients by service, each made once. */
export interface ClientPool {
  /** The client of a service. Throws what {@link createClient} throws; then the next call tries again. */
  client(service: string): Promise<ModelClient>
  /** Closes all clients and forgets them. */
  close(): Promise<void>
}

/**
 * Makes clients as they are asked for and keeps them.
 *
 * @example
 * ```ts
 * import { createClientPool } from '@llm/auto'
 *
 * const pool = createClientPool({ settings: { ollama: { baseURL: 'http://gpu-box:11434/v1' } } })
 * const { text } = await (await pool.client('ollama/llama3.3')).complete('Which planet is red?')
 * await pool.close()
 * ```
 */
export function createClientPool({ settings = {}, ...options }: ClientPoolOptions = {}): ClientPool {
  const clients = new Map<string, Promise<ModelClient>>()
  return {
    async client(service) {
      const { provider, model } = parseService(service)
      const key = `${provider}/${model}`
      const known = clients.get(key)
      if (known !== undefined) return known
      const made = createClient(key, { ...options, settings: settings[provider] })
      clients.set(key, made)
      made.catch(() => {
        if (clients.get(key) === made) clients.delete(key)
      })
      return made
    },
    async close() {
      const open = [...clients.values()]
      clients.clear()
      const made = await Promise.allSettled(open)
      const closed = await Promise.allSettled(
        made.flatMap(client => (client.status === 'fulfilled' ? client.value.close() : [])),
      )
      const failure = closed.find(outcome => outcome.status === 'rejected')
      if (failure !== undefined) throw failure.reason
    },
  }
}
