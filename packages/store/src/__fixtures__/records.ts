import type { RequestDetail } from '../index.ts'
import { createId } from '../request-id.ts'

/** A request that ended well, but for what is given. */
export function recordAt(time: string | number | Date, given: Partial<RequestDetail> = {}): RequestDetail {
  const startedAt = new Date(time)
  const id = idAt(startedAt.getTime())
  const attempts = [{ requestId: id, position: 0, provider: 'host', model: 'model', ms: 5 }]
  return {
    id,
    startedAt,
    operation: 'complete',
    status: 'success',
    provider: 'host',
    model: 'model',
    ms: 5,
    attemptCount: 1,
    attempts,
    ...given,
  }
}

let count = 0

/** Ids as the store makes them, but of any time: its own never go back. */
function idAt(time: number): string {
  const hex = time.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${(count++ % 0xfff).toString(16).padStart(3, '0')}${createId().slice(18)}`
}
