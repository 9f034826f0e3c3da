import type { StreamLimits } from '@llm/core'
import type { Behaviour } from './faulty-server.ts'

/** What a caller must see of a fault. */
export interface Expected {
  /** The `code` of the error; several where formats word the fault differently. */
  readonly code: string | readonly string[]
  readonly retryable: boolean
  /** Whether a fallback makes the call at its backup, and gives that answer. */
  readonly failsOver: boolean
  /** How many tries there are of it in a stack that fails over to one backup, which is well, and makes three tries at most. */
  readonly attempts: number
  readonly status?: number
  /** Which deadline, of a time-out. */
  readonly timer?: string
  /** How long the host asks to wait: a number of milliseconds, from and to, or not at all. */
  readonly retryAfterMs?: number | readonly [from: number, to: number] | undefined
}

/** One row of the matrix. */
export interface Fault {
  readonly name: string
  readonly expected: Expected
  /** Whether it is about whole answers, streams, or both. */
  readonly of: 'whole' | 'stream' | 'both'
  /** What the server does with every request. */
  readonly behave?: Behaviour
  /** Where the call goes, instead of to a server that behaves. */
  readonly address?: 'refused' | 'unknown' | 'untrusted'
  /** What had arrived of a stream before. */
  readonly partial?: string
  /** The provider's own deadline in milliseconds, where the fault is that nothing more comes. */
  readonly timeout?: number
  /** Limits of the middleware `timeouts` around the provider, where the fault is that no content comes. */
  readonly limits?: StreamLimits
  /** When the caller gives up: before the call, when the server has done what it does, or at the first text. */
  readonly abort?: 'at once' | 'when sent' | 'at content'
  /** The server has more to say than anybody should take: the most bytes that are taken of it. */
  readonly most?: number
  /** Formats without such a thing have no such row. */
  readonly needs?: 'error events' | 'pings'
}

/** Errors that pass, and that the next host may not have. */
export const ELSEWHERE = { retryable: true, failsOver: true, attempts: 2 } as const
/** Errors that pass, and that have nothing to do with the host: the same host is asked again. */
export const AGAIN = { retryable: true, failsOver: false, attempts: 3 } as const
/** Errors that do not pass. */
export const NEVER = { retryable: false, failsOver: false, attempts: 1 } as const
/** Errors that pass, after something has been told of the answer: saying it twice would be worse. */
export const TOO_LATE = { retryable: true, failsOver: false, attempts: 1 } as const
