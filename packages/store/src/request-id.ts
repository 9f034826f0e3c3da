let last = 0
let sequence = 0

/**
 * A UUID of version 7 whose counter makes ids of one process sort in the order of their making.
 * https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7
 */
export function createId(now: number = Date.now()): string {
  const time = Math.max(Math.trunc(now), last)
  sequence = time === last ? sequence + 1 : 0
  last = sequence > 0xfff ? time + 1 : time
  if (last !== time) sequence = 0
  return `${timePrefix(last)}7${sequence.toString(16).padStart(3, '0')}${crypto.randomUUID().slice(18)}`
}

/** When an id was made, in milliseconds since 1970. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

/** What every id made at this time begins with: it sorts before them, and after all earlier ones. */
export function timePrefix(time: number): string {
  const hex = Math.max(0, Math.ceil(time)).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-`
}
