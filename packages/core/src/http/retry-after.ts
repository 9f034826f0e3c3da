/** A header list: what `Headers` and a plain record of lower-case names have in common. */
export interface HeaderReader {
  get(name: string): string | null
}

/**
 * How long a response asks to wait, in milliseconds, from `retry-after-ms` (milliseconds) or `retry-after` (seconds or an
 * HTTP date, RFC 9110 section 10.2.3). `undefined` where it does not say, or not in a form that makes sense.
 *
 * @example
 * ```ts
 * import { retryAfterMs } from '@llm/core'
 *
 * retryAfterMs(new Headers({ 'retry-after': '2' })) // 2000
 * ```
 */
export function retryAfterMs(headers: HeaderReader, now: number = Date.now()): number | undefined {
  const ms = positive(headers.get('retry-after-ms'))
  if (ms !== undefined) return ms
  const value = headers.get('retry-after')
  const seconds = positive(value)
  if (seconds !== undefined) return Math.round(seconds * 1000)
  const date = httpDate(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function positive(value: string | null): number | undefined {
  if (value === null) return undefined
  const number = /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

/** The three forms of RFC 9110 begin with a day. The oldest names no zone and means GMT; a parser would take it as local. */
function httpDate(value: string | null): number {
  if (value === null || !/^\s*(?:mon|tue|wed|thu|fri|sat|sun)/i.test(value)) return Number.NaN
  return Date.parse(/gmt|utc|[+-]\d{4}\s*$/i.test(value) ? value : `${value} GMT`)
}
