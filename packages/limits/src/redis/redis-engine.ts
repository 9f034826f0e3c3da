import { grainOf, KEPT_MS, type Engine } from '../engine.ts'
import { scriptRunner, type RedisClient, type RunScript } from './client.ts'
import { ADJUST, RESERVE, SETTLE, TAKE } from './scripts.ts'

/** What a {@link redisEngine} works with. */
export interface RedisEngineOptions {
  /** Gives a client that is connected. */
  readonly connect: () => Promise<RedisClient>
  readonly close: () => Promise<void>
  readonly prefix: string
  readonly reservationMs: number
}

/** Limits in Redis: every step is one script. */
export function redisEngine({ connect, close, prefix, reservationMs }: RedisEngineOptions): Engine {
  let runner: { readonly client: RedisClient; readonly run: RunScript } | undefined
  const run = async (script: string, keys: string[], args: readonly (string | number)[]): Promise<unknown> => {
    const client = await connect()
    if (runner?.client !== client) runner = { client, run: scriptRunner(client) }
    return runner.run(script, { keys, arguments: args.map(String) })
  }
  return {
    async take(charges, taker) {
      const keys = charges.map(({ key }) => prefix + limitKey(key))
      const args = charges.flatMap(charge => [charge.limit, charge.windowMs, grainOf(charge), charge.amount])
      const [wait, at] = (await run(TAKE, keys, [taker.id, taker.leaseMs, ...args])) as [number, number]
      return wait > 0 ? { taken: false, retryInMs: wait } : { taken: true, at }
    },
    async adjust(charge, at) {
      await run(ADJUST, [prefix + limitKey(charge.key)], [charge.windowMs, grainOf(charge), charge.amount, at])
    },
    async reserve(account, { id, tokens, cost }, limits) {
      const most = [limits.tokens ?? '', limits.cost ?? '']
      const args = [id, tokens, cost, ...most, reservationMs, keepUntil(account)]
      const answer = (await run(RESERVE, accountKeys(prefix, account), args)) as [number, string, string]
      return { granted: answer[0] === 1, spent: { tokens: Number(answer[1]), cost: Number(answer[2]) }, id }
    },
    async settle(account, { id, tokens, cost }, used) {
      const args = [id, tokens, cost, used.tokens, used.cost, keepUntil(account)]
      await run(SETTLE, accountKeys(prefix, account), args)
    },
    close,
  }
}

/** In a cluster, what is taken together must be on one node: what is in braces says which. */
function limitKey(key: string): string {
  const end = key.lastIndexOf(':')
  return end < 0 ? `limit:{${key}}` : `limit:{${key.slice(0, end)}}${key.slice(end)}`
}

function accountKeys(prefix: string, { key, start }: { readonly key: string; readonly start: number }): string[] {
  const account = `${prefix}budget:{${key}}:${String(start)}`
  return [account, `${account}:held`]
}

function keepUntil({ end }: { readonly end?: number }): number | '' {
  return end === undefined ? '' : end + KEPT_MS
}
