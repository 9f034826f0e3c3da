import type { Behaviour } from './faulty-server.ts'

/** What a caller must see of a fault. */
export interface Expected {
  /** The `code` of the error; several where formats word the fault differently. */
  readonly code: string | readonly string[]
  readonly retryable: boolean
  readonly status?: number
  /** Which deadline, of a time-out. */
  readonly timer?: string
  readonly retryAfterMs?: number
}

/** One row of the matrix. */
export interface Fault {
  readonly name: string
  readonly behave: Behaviour
  readonly expected: Expected
  /** Whether it is about whole answers, streams, or both. */
  readonly of: 'whole' | 'stream' | 'both'
  /** What had arrived of a stream before. */
  readonly partial?: string
  /** The call's own deadline in milliseconds, where the fault is that nothing more comes. */
  readonly timeout?: number
}
