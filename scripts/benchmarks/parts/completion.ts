import { HOSTS } from '../contestants/contestant.ts'
import type { Part } from './part.ts'
import { sideBySide, type Case } from './side-by-side.ts'

const CASES: readonly Case[] = [
  { title: 'responses, stub', api: 'responses', loopback: false, perChunk: 1 },
  { title: 'responses, loopback', api: 'responses', loopback: true, perChunk: 1 },
  { title: 'chat, stub', api: 'chat', loopback: false, perChunk: 1 },
  { title: 'chat, loopback', api: 'chat', loopback: true, perChunk: 1 },
]

/** The compiler is busy for some 10,000 calls, and its work would count. */
const plan = (quick: boolean) => (quick ? { warmUp: 5, rounds: 5 } : { warmUp: 60, rounds: 31 })
const shared = { task: 'completion', measure: 'µs per call' } as const

export const completion: Part = options =>
  sideBySide(
    { ...shared, title: 'A completion: µs of CPU time per call', cases: CASES, plan: plan(options.quick) },
    options,
  )

/** The other hosts, without a network: what building a request and reading the answer costs. */
export const completionHosts: Part = options =>
  sideBySide(
    {
      ...shared,
      title: 'A completion of other hosts, stub: µs of CPU time per call',
      cases: HOSTS.map(api => ({ title: api, api, loopback: false, perChunk: 1 })),
      plan: plan(options.quick),
    },
    options,
  )
