import { redact } from '../http/redact.ts'

/** Marks the errors of this library, also across copies of the package. */
export const BRAND: unique symbol = Symbol.for('@llm/error')

const DEPTH = 4

/**
 * A cause that is safe to keep: name, message and code of the error and of its own causes, redacted, and nothing else, as
 * errors of other libraries hold requests with their credentials. Errors of this library are kept as they are.
 */
export function safeCause(cause: unknown, secrets?: readonly (string | undefined)[], depth: number = DEPTH): unknown {
  if (typeof cause === 'string') return redact(cause, secrets)
  if (!(cause instanceof Error)) return undefined
  if (BRAND in cause) return cause
  const { code } = cause as { code?: unknown }
  const copy = new Error(redact(cause.message, secrets))
  define(copy, { name: redact(cause.name, secrets), stack: undefined })
  if (typeof code === 'string' || typeof code === 'number') Object.assign(copy, { code: clean(code, secrets) })
  const inner = depth > 0 ? safeCause(cause.cause, secrets, depth - 1) : undefined
  if (inner !== undefined) define(copy, { cause: inner })
  return copy
}

function clean(code: string | number, secrets: readonly (string | undefined)[] | undefined): string | number {
  return typeof code === 'string' ? redact(code, secrets) : code
}

/** Sets fields that are not shown as fields of their own. */
function define(target: object, fields: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(fields)) {
    Object.defineProperty(target, key, { value, configurable: true, writable: true })
  }
}
