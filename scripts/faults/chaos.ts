import { compose, fallback, LLMError, retry, type Completion, type CompletionRequest, type Provider } from '@llm/core'
import { compatible } from '@llm/provider-compatible'
import { startUnreliableServer, type UnreliableServer } from './unreliable-server.ts'

const AT_A_TIME = 64
/** Of the requests to each endpoint, before any content. */
const FAILING = 0.3

/** What became of calls to an endpoint and two backups, which fail often. */
export interface ChaosReport {
  readonly calls: number
  readonly answered: number
  /** Tries of all calls, as the servers saw them. */
  readonly requests: number
  /** Calls that more than one server answered, or one server twice. */
  readonly answeredTwice: number
  /** Calls whose list of attempts is not what the servers saw, or whose answer is of another call. */
  readonly wrong: readonly Outcome[]
}

interface Outcome {
  readonly prompt: string
  readonly completion?: Completion
  readonly error?: unknown
}

/** Several endpoints as one. */
type Join = (endpoints: readonly [Provider, ...Provider[]]) => Provider

/** Makes so many calls, one in two streamed, to endpoints that fail at random points. */
export async function measureChaos(calls: number, join: Join = fallback): Promise<ChaosReport> {
  const servers = await Promise.all([1, 2, 3].map(seed => startUnreliableServer(FAILING, numbers(seed))))
  try {
    const [first, ...backups] = servers.map(({ url }) => compatible({ baseURL: url, apiKey: 'sk-test' }))
    const provider = compose(
      join([first as Provider, ...backups]),
      retry({ attempts: 8, baseDelayMs: 1, random: numbers(4) }),
    )
    const outcomes: Outcome[] = []
    await inParallel(calls, AT_A_TIME, async index => {
      outcomes.push(await call(provider, `call ${String(index)}`, index % 2 === 0))
    })
    await provider.close?.()
    const seen = outcomes.map(outcome => ({ outcome, ...seenOf(outcome.prompt, servers) }))
    return {
      calls,
      answered: outcomes.filter(({ completion }) => completion !== undefined).length,
      requests: seen.reduce((sum, { requests }) => sum + requests, 0),
      answeredTwice: seen.filter(({ answers }) => answers > 1).length,
      wrong: seen.filter(each => !isRight(each)).map(({ outcome }) => outcome),
    }
  } finally {
    await Promise.all(servers.map(server => server.close()))
  }
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

interface Seen {
  readonly requests: number
  readonly answers: number
}

function seenOf(prompt: string, servers: readonly UnreliableServer[]): Seen {
  const counts = servers.flatMap(({ seen }) => seen.get(prompt) ?? [])
  return {
    requests: counts.reduce((sum, { requests }) => sum + requests, 0),
    answers: counts.reduce((sum, { answers }) => sum + answers, 0),
  }
}

/** The answer is to this call, it was given once, and the list of attempts is what the servers saw. */
function isRight({ outcome, requests, answers }: Seen & { readonly outcome: Outcome }): boolean {
  const { prompt, completion, error } = outcome
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
