import { HOSTS } from '../contestants/contestant.ts'
import { EVENTS } from '../wire/answers.ts'
import type { Part } from './part.ts'
import { sideBySide, type Case } from './side-by-side.ts'

const NETWORKS = [
  { title: 'stub, 1 event a chunk', loopback: false, perChunk: 1 },
  { title: 'stub, 8', loopback: false, perChunk: 8 },
  { title: 'loopback, 1', loopback: true, perChunk: 1 },
  { title: 'loopback, 8', loopback: true, perChunk: 8 },
] as const

const cases = (api: Case['api']): Case[] => NETWORKS.map(network => ({ ...network, api }))
const plan = (quick: boolean) => (quick ? { warmUp: 8, rounds: 5 } : { warmUp: 16, rounds: 21 })
const shared = { task: 'streaming', measure: 'µs per event' } as const

export const streamingResponses: Part = options =>
  sideBySide(
    {
      ...shared,
      title: `Streaming ${EVENTS} events of the Responses API: µs of CPU time per event`,
      cases: cases('responses'),
      plan: plan(options.quick),
    },
    options,
  )

export const streamingChat: Part = options =>
  sideBySide(
    {
      ...shared,
      title: `Streaming ${EVENTS} events of chat completions: µs of CPU time per event`,
      cases: cases('chat'),
      plan: plan(options.quick),
    },
    options,
  )

/** The other hosts, a table for each network. */
export const streamingHosts: Readonly<Record<string, Part>> = Object.fromEntries(
  NETWORKS.map(({ loopback, perChunk }): [string, Part] => {
    const network = loopback ? 'loopback' : 'stub'
    const events = perChunk === 1 ? '1 event' : `${perChunk} events`
    const part: Part = options =>
      sideBySide(
        {
          ...shared,
          title: `Streaming ${EVENTS} events of other hosts, ${network}, ${events} a chunk: µs of CPU time per event`,
          cases: HOSTS.map(api => ({ title: api, api, loopback, perChunk })),
          plan: plan(options.quick),
        },
        options,
      )
    return [`streaming-hosts-${network}-${perChunk}`, part]
  }),
)
