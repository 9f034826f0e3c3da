import { ConfigurationError } from '../../errors/configuration-error.ts'
import type { BudgetAccount } from './store.ts'

/** How long a budget lasts before it begins anew: of the calendar in UTC (weeks from Monday), or so many milliseconds. */
export type BudgetWindow = 'hour' | 'day' | 'week' | 'month' | number

const HOUR = 3_600_000
const DAY = 24 * HOUR
const LENGTHS = { hour: HOUR, day: DAY, week: 7 * DAY }
/** Unix time began on a Thursday. */
const FIRST_MONDAY = 4 * DAY

/** The window that a moment is in. */
export function windowAt(window: BudgetWindow | undefined, now: number): Omit<BudgetAccount, 'key'> {
  if (window === undefined) return { start: 0 }
  if (window === 'month') {
    const date = new Date(now)
    const first = (offset: number): number => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset)
    return { start: first(0), end: first(1) }
  }
  const length = typeof window === 'number' ? window : LENGTHS[window]
  const origin = window === 'week' ? FIRST_MONDAY : 0
  const start = origin + Math.floor((now - origin) / length) * length
  return { start, end: start + length }
}

/** @throws {@link ConfigurationError} for a window that is none. */
export function checkWindow(window: BudgetWindow | undefined): void {
  if (window === undefined || ['hour', 'day', 'week', 'month'].includes(window as string)) return
  if (typeof window === 'number' && window > 0 && Number.isFinite(window)) return
  throw new ConfigurationError({
    message: `budget: there is no window ${JSON.stringify(window)}.`,
    hint: 'Use hour, day, week, month, or a number of milliseconds; leave it out for a budget that never begins anew.',
  })
}
