/** The middle and the slow end of a list of measurements. */
export interface Distribution {
  readonly median: number
  readonly p95: number
}

/** The median and the 95th percentile (nearest rank); `undefined` of nothing. */
export function distribution(values: readonly number[]): Distribution | undefined {
  if (values.length === 0) return undefined
  const sorted = [...values].sort((a, b) => a - b)
  const rank = (part: number): number => sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0
  const middle = sorted.length / 2
  const median = Number.isInteger(middle) ? (rank(0.5) + (sorted[middle] ?? 0)) / 2 : rank(0.5)
  return { median, p95: rank(0.95) }
}
