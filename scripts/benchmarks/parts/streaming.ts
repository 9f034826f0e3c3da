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
