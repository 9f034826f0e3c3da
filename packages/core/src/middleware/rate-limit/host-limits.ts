import type { CallTokens } from '../calls/call-tokens.ts'

/** What a host says of one of its limits: how much is left of it, and when it is whole again, in milliseconds from now. */
export interface HostLimit {
  /** What is limited: `requests`, `tokens`, `input-tokens` ... Empty where the host does not say. */
  readonly resource: string
  readonly remaining: number
  readonly resetMs: number
}

/** `x-ratelimit-remaining-requests`, `vendor-ratelimit-tokens-reset`, `ratelimit-remaining` ... in all their orders. */
const NAME = /^(?:[a-z0-9]+-)?ratelimit-(?:(remaining|reset)(?:-(.+))?|(.+)-(remaining|reset))$/

/**
 * Reads what a host says of its limits from a response's headers, in the forms that are common: any prefix, the resource
 * before or behind, times as seconds, durations (`1m30.5s`), dates or Unix time.
 *
 * @example
 * ```ts
 * import { readHostLimits } from '@llm/core'
 *
 * readHostLimits({ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1.5s' }, Date.now())
 * // [{ resource: 'requests', remaining: 0, resetMs: 1500 }]
 * ```
 */
export function readHostLimits(headers: Readonly<Record<string, string>>, now: number): readonly HostLimit[] {
  const found = new Map<string, { remaining?: number; resetMs?: number }>()
  for (const name in headers) {
    const read = name.includes('ratelimit') ? readName(name) : undefined
    if (read === undefined) continue
    const limit = found.get(read.resource) ?? {}
    found.set(read.resource, limit)
    const value = headers[name] ?? ''
    if (read.tells === 'remaining') limit.remaining = Number.parseFloat(value)
    else limit.resetMs = timeUntil(value, now)
  }
  if (found.size === 0) return []
  return [...found].flatMap(([resource, { remaining = Number.NaN, resetMs = Number.NaN }]) =>
    Number.isFinite(remaining) && Number.isFinite(resetMs) ? [{ resource, remaining, resetMs }] : [],
  )
}

interface HeaderName {
  readonly resource: string
  readonly tells: string | undefined
}

/** Names that were read before: they are the same with every answer. */
const NAMES = new Map<string, HeaderName | undefined>()
const MOST_NAMES = 200

function readName(name: string): HeaderName | undefined {
  if (NAMES.has(name)) return NAMES.get(name)
  const match = NAME.exec(name)
  const read = match === null ? undefined : { resource: match[2] ?? match[3] ?? '', tells: match[1] ?? match[4] }
  if (NAMES.size >= MOST_NAMES) NAMES.clear()
  NAMES.set(name, read)
  return read
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function timeUntil(value: string, now: number): number {
  const text = value.trim()
  if (/^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(text)) {
    const parts = text.matchAll(/([\d.]+)(ms|[smhd])/g)
    return [...parts].reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0), 0)
  }
  if (!/^\d+(?:\.\d+)?$/.test(text)) return Math.max(0, Date.parse(text) - now)
  const number = Number(text)
  if (number < 1e9) return number * 1000
  return Math.max(0, (number < 1e12 ? number * 1000 : number) - now)
}

/** What is known of a host's limits: as it last said, less what was sent since. */
export class HostLimits {
  #limits: Map<string, { remaining: number; readonly until: number }> = new Map()

  learn(limits: readonly HostLimit[], now: number): void {
    for (const { resource, remaining, resetMs } of limits) {
      if (resetMs > 0) this.#limits.set(resource, { remaining, until: now + resetMs })
    }
  }

  /** How long a call has to wait for what the host has left. What is not known to be short is tried. */
  waitFor(tokens: CallTokens, now: number): number {
    this.#forget(now)
    let wait = 0
    for (const [resource, { remaining, until }] of this.#limits) {
      if (remaining < needOf(resource, tokens)) wait = Math.max(wait, until - now)
    }
    return wait
  }

  spend(tokens: CallTokens): void {
    for (const [resource, limit] of this.#limits) limit.remaining -= needOf(resource, tokens)
  }

  /** Whether it knows anything that still holds. */
  active(now: number): boolean {
    this.#forget(now)
    return this.#limits.size > 0
  }

  #forget(now: number): void {
    for (const [resource, { until }] of this.#limits) if (until <= now) this.#limits.delete(resource)
  }
}

/** Only input is counted against a host's tokens: not all of them count what an answer might become. */
function needOf(resource: string, { input }: CallTokens): number {
  if (resource.includes('output')) return 1
  return resource.includes('tokens') ? Math.max(1, input) : 1
}
