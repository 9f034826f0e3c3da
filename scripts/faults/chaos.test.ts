import {
  balance,
  compose,
  fallback,
  LLMError,
  retry,
  type Completion,
  type CompletionRequest,
  type Provider,
} from '@llm/core'
import { compatible } from '@llm/provider-compatible'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startUnreliableServer, type UnreliableServer } from './unreliable-server.ts'

const AT_A_TIME = 64
const FAILING = 0.3

const servers: UnreliableServer[] = []
beforeAll(async () => {
  for (const seed of [1, 2, 3]) servers.push(await startUnreliableServer(FAILING, numbers(seed)))
})
afterAll(() => Promise.all(servers.map(server => server.close())))

test.each([
  { name: 'a failover', calls: 10_000, join: (endpoints: Endpoints) => fallback(endpoints) },
  { name: 'a balance', calls: 2000, join: (endpoints: Endpoints) => balance(endpoints) },
])(
  'of $calls calls to $name of three endpoints that fail 30 % of their requests, at least 99.9 % are answered, none twice',
  { timeout: 240_000 },
  async ({ name, calls, join }) => {
    const [first, ...others] = servers.map(({ url }) => compatible({ baseURL: url, apiKey: 'sk-test' }))
    const provider = compose(
      join([first as Provider, ...others]),
      retry({ attempts: 8, baseDelayMs: 1, random: numbers(4) }),
    )
    const outcomes: Outcome[] = []
    await inParallel(calls, AT_A_TIME, async index => {
      outcomes.push(await call(provider, `call ${String(index)} of ${name}`, index % 2 === 0))
    })
    await provider.close?.()

    const answered = outcomes.filter(({ completion }) => completion !== undefined)
    expect(answered.length).toBeGreaterThanOrEqual(calls * 0.999)
    const wrong = outcomes.filter(outcome => !isRight(outcome))
    expect(wrong.slice(0, 3)).toEqual([])
  },
)

type Endpoints = readonly [Provider, ...Provider[]]

interface Outcome {
  readonly prompt: string
  readonly completion?: Completion
  readonly error?: unknown
}

async function call(provider: Provider, prompt: string, streamed: boolean): Promise<Outcome> {
  const request: CompletionRequest = { model: 'model-1', messages: [{ role: 'user', content: prompt }], maxTokens: 50 }
  try {
    const completion = streamed ? await provider.stream(request).completion() : await provider.complete(request)
    return { prompt, completion }
  } catch (error) {
    return { prompt, error }
  }
}

/** The answer is to this call, it was given once, and the list of attempts is what the servers saw. */
function isRight({ prompt, completion, error }: Outcome): boolean {
  const seen = servers.map(server => server.seen.get(prompt))
  const answers = seen.reduce((sum, count) => sum + (count?.answers ?? 0), 0)
  const requests = seen.reduce((sum, count) => sum + (count?.requests ?? 0), 0)
  if (completion === undefined) return LLMError.is(error) && answers === 0 && error.attempts?.length === requests
  const { text, attempts } = completion
  const failed = attempts.filter(attempt => attempt.error !== undefined)
  return (
    text === `Answer to ${prompt}` && answers === 1 && attempts.length === requests && failed.length === requests - 1
  )
}

async function inParallel(count: number, width: number, run: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) await run(next++)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
