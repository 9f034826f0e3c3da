import { ANSWERS, BODIES, EVENTS, LIMITS } from './answer-faults.ts'
import { CONNECTIONS, STALLS } from './connection-faults.ts'
import type { Fault } from './fault.ts'

/** Everything that a host, or what stands before it, may do wrong. */
export const FAULTS: readonly Fault[] = [...CONNECTIONS, ...STALLS, ...ANSWERS, ...LIMITS, ...BODIES, ...EVENTS]
