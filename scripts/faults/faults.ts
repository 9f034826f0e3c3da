import { ABORTS } from './abort-faults.ts'
import { BODIES, EVENTS } from './answer-faults.ts'
import { CONNECTIONS } from './connection-faults.ts'
import type { Fault } from './fault.ts'
import { STALLS } from './stall-faults.ts'
import { ANSWERS, LIMITS } from './status-faults.ts'

/** Everything that a host, or what stands before it, may do wrong, and that a caller may not wait for. */
export const FAULTS: readonly Fault[] = [
  ...CONNECTIONS,
  ...STALLS,
  ...ANSWERS,
  ...LIMITS,
  ...BODIES,
  ...EVENTS,
  ...ABORTS,
]
