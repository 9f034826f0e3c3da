import { createHash } from 'node:crypto'

/** A client of the package `redis`, also of a cluster. */
export interface NodeRedisClient {
  evalSha(sha: string, options: ScriptInput): Promise<unknown>
  eval(script: string, options: ScriptInput): Promise<unknown>
}

/** A client of the package `ioredis`, also of a cluster. */
export interface IORedisClient {
  evalsha(sha: string, count: number, ...keysAndArgs: string[]): Promise<unknown>
  eval(script: string, count: number, ...keysAndArgs: string[]): Promise<unknown>
}

/** A connected client of `redis` or `ioredis`. */
export type RedisClient = NodeRedisClient | IORedisClient

/** What a script is run with. */
export interface ScriptInput {
  readonly keys: string[]
  readonly arguments: string[]
}

/** Runs a script by its hash, and sends it where the server does not know it. */
export type RunScript = (script: string, input: ScriptInput) => Promise<unknown>

/** Runs scripts with either client. */
export function scriptRunner(client: RedisClient): RunScript {
  const hashes = new Map<string, string>()
  const hashOf = (script: string): string => {
    let hash = hashes.get(script)
    if (hash === undefined) hashes.set(script, (hash = createHash('sha1').update(script).digest('hex')))
    return hash
  }
  return async (script, input) => {
    try {
      return await runHash(client, hashOf(script), input)
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return runText(client, script, input)
    }
  }
}

function runHash(client: RedisClient, hash: string, input: ScriptInput): Promise<unknown> {
  if ('evalSha' in client) return client.evalSha(hash, input)
  return client.evalsha(hash, input.keys.length, ...input.keys, ...input.arguments)
}

function runText(client: RedisClient, script: string, input: ScriptInput): Promise<unknown> {
  if ('evalSha' in client) return client.eval(script, input)
  return client.eval(script, input.keys.length, ...input.keys, ...input.arguments)
}
