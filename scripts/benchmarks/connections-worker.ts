import { setTimeout as sleep } from 'node:timers/promises'
import { setDefaultCACertificates } from 'node:tls'
import { pooledFetch } from '@llm/pool'
import { openai } from '@llm/provider-openai'
import { MODELS, PROMPT } from './contestants/contestant.ts'

// Makes the calls of one way to connect when it is told to, and answers with the milliseconds that they took.

const [way, ca = ''] = process.argv.slice(2)
setDefaultCACertificates([ca])

/** Without anything that keeps connections: one for each call. */
const connecting: typeof globalThis.fetch = async (input, init) => {
  const fetch = pooledFetch({ http2: false, tls: { ca } })
  const response = await fetch(input, init)
  const whole = new Response(await response.arrayBuffer(), response)
  await fetch.close()
  return whole
}

const FETCHES: Readonly<Record<string, (() => typeof globalThis.fetch) | undefined>> = {
  'a connection a call': () => connecting,
  'pooledFetch, HTTP/1.1': () => pooledFetch({ http2: false, tls: { ca } }),
  'pooledFetch, HTTP/2': () => pooledFetch({ tls: { ca } }),
}

/** So many calls to an address, all at once or one after the other with pauses. A provider of its own, so that all is cold. */
export interface Calls {
  readonly baseURL: string
  readonly count: number
  readonly atOnce?: boolean
  readonly pauseMs?: number
}

async function make({ baseURL, count, atOnce = false, pauseMs = 0 }: Calls): Promise<number> {
  const provider = openai({ api: 'chat', apiKey: 'sk-benchmark', baseURL, fetch: FETCHES[way ?? '']?.() })
  const call = () => provider.complete({ model: MODELS.chat, messages: [{ role: 'user', content: PROMPT }] })
  const started = performance.now()
  if (atOnce) await Promise.all(Array.from({ length: count }, call))
  else {
    for (let index = 0; index < count; index++) {
      if (index > 0 && pauseMs > 0) await sleep(pauseMs)
      await call()
    }
  }
  const ms = performance.now() - started
  await provider.close?.()
  return ms
}

process.on('message', (calls: Calls) => {
  make(calls).then(
    ms => process.send?.(ms),
    (error: unknown) => {
      console.error(way, error)
      process.exit(1)
    },
  )
})
