import type { Part } from './part.ts'
import { sideBySide, type Case } from './side-by-side.ts'

const CASES: readonly Case[] = [
  { title: 'responses, stub', api: 'responses', loopback: false, perChunk: 1 },
  { title: 'responses, loopback', api: 'responses', loopback: true, perChunk: 1 },
  { title: 'chat, stub', api: 'chat', loopback: false, perChunk: 1 },
  { title: 'chat, loopback', api: 'chat', loopback: true, perChunk: 1 },
]

export const completion: Part = options =>
  sideBySide(
    {
      title: 'A completion: µs of CPU time per call',
      task: 'completion',
      measure: 'µs per call',
      cases: CASES,
      plan: options.quick ? { warmUp: 5, rounds: 5 } : { warmUp: 15, rounds: 31 },
    },
    options,
  )
