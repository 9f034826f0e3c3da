import { redact } from '../http/redact.ts'

const DEPTH = 4

/**
 * A cause that is safe to keep: name, message and code of the error and of its own causes, redacted, and nothing else, as
 * errors of other libraries hold requests with their credentials. Errors of this library are kept as they are.
 */
export function safeCause(cause: unknown, depth: number = DEPTH): unknown {
  if (typeof cause === 'string') return redact(cause)
  if (!(cause instanceof Error)) return undefined
  if ('toJSON' in cause && 'retryable' in cause) return cause
  const copy = new Error(redact(cause.message))
  const { code } = cause as { code?: unknown }
  define(copy, 'name', cause.name)
  define(copy, 'stack', undefined)
  if (typeof code === 'string' || typeof code === 'number') define(copy, 'code', code, true)
  if (cause.cause !== undefined && depth > 0) define(copy, 'cause', safeCause(cause.cause, depth - 1))
  return copy
}

function define(target: object, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true })
}
