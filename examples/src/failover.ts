import { claude } from '@llm/client-claude'
import { gpt } from '@llm/client-gpt'
import { balance, compose, fallback, retry, type Attempt } from '@llm/core'
import { createManualClock } from '@llm/core/testing'
import { fail, mock } from '@llm/provider-mock'

/** Calls that are answered though hosts fail, and calls that several hosts share: against mocks, no key, no network. */
const list = (attempts: readonly Attempt[]): string =>
  attempts.map(({ provider, model, error = 'answered' }) => `${provider} ${model}: ${error}`).join(', ')

const main = mock({ id: 'main', replies: [fail(503), fail(500), 'The main one again.'] })
const spare = mock({ id: 'spare', replies: [fail('timeout'), 'The spare answers.'] })
const elsewhere = claude('claude-sonnet-5', {
  provider: mock({ id: 'elsewhere', replies: ['Another family answers.'] }),
})

const clock = createManualClock({ autoAdvance: true }) // so that nobody has to wait for half a minute
const failing = fallback([main, spare, { client: elsewhere }], { breaker: { coolDownMs: 30_000, clock } })
const client = gpt('gpt-6-luna', { provider: compose(failing, retry({ attempts: 5 })) })
const showStates = (): void => {
  console.log(failing.endpoints.map(({ name, state }) => `${name} is ${state}`).join(', '))
}

const first = await client.complete('Which planet is red?')
console.log(first.text, `(${list(first.attempts)})`)
showStates()
await clock.sleep(30_000)
showStates()

const stream = client.stream('A stream goes elsewhere, too, until its first word.')
for await (const text of stream.textStream) process.stdout.write(text)
console.log(` (${list((await stream.completion()).attempts)})`)
await clock.sleep(30_000)
console.log((await client.complete('Who is well?')).text)

const host = (id: string, firstTokenMs: number) => mock({ id, pace: { firstTokenMs }, clock })
for (const strategy of ['round-robin', 'lowest-latency'] as const) {
  const spread = balance([host('east', 20), host('west', 40), host('north', 10)], { strategy, clock })
  const balanced = gpt('gpt-6-luna', { provider: spread })
  for (let call = 0; call < 12; call++) await balanced.complete('Hello!')
  console.log(strategy, spread.endpoints.map(({ name, calls }) => `${name} ${String(calls)}`).join(', '))
}
