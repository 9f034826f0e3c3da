import { normalQuantile, studentQuantile } from './quantiles.ts'

/** A value that was estimated, and where it lies at the confidence that was asked for. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The mean and the variance of numbers that come one by one (Welford). */
export class RunningMean {
  count = 0
  mean = 0
  #squares = 0

  add(value: number): void {
    this.count += 1
    const off = value - this.mean
    this.mean += off / this.count
    this.#squares += off * (value - this.mean)
  }

  /** The variance of the mean itself; not known of fewer than two. */
  get variance(): number | undefined {
    return this.count < 2 ? undefined : this.#squares / (this.count - 1) / this.count
  }
}

/** How many of so many. */
export interface Share {
  readonly hits: number
  readonly count: number
}

/** Student's interval of a mean. `undefined` of fewer than two. */
export function meanInterval({ count, mean, variance }: RunningMean, confidence: number): Interval | undefined {
  if (variance === undefined) return undefined
  return around(mean, Math.sqrt(variance) * studentQuantile(1 - confidence, count - 1))
}

/** Welch's interval of a difference of means, `a - b`. `undefined` where either is of fewer than two. */
export function meanDifference(a: RunningMean, b: RunningMean, confidence: number): Interval | undefined {
  const [va, vb] = [a.variance, b.variance]
  if (va === undefined || vb === undefined) return undefined
  const sum = va + vb
  const df = sum ** 2 / (va ** 2 / (a.count - 1) + vb ** 2 / (b.count - 1))
  return around(a.mean - b.mean, sum === 0 ? 0 : Math.sqrt(sum) * studentQuantile(1 - confidence, df))
}

/** Wilson's score interval of a share: right for few calls, and for shares near 0, too. `undefined` of nothing. */
export function shareInterval({ hits, count }: Share, confidence: number): Interval | undefined {
  if (count === 0) return undefined
  const z = normalQuantile(0.5 + confidence / 2)
  const value = hits / count
  const scale = 1 + z ** 2 / count
  const middle = (value + z ** 2 / (2 * count)) / scale
  const half = (z / scale) * Math.sqrt((value * (1 - value)) / count + z ** 2 / (4 * count ** 2))
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/** Newcombe's interval of a difference of shares, `a - b`: his method 10, from Wilson's. */
export function shareDifference(a: Share, b: Share, confidence: number): Interval | undefined {
  const [ia, ib] = [shareInterval(a, confidence), shareInterval(b, confidence)]
  if (ia === undefined || ib === undefined) return undefined
  const value = ia.value - ib.value
  return {
    value,
    low: value - Math.hypot(ia.value - ia.low, ib.high - ib.value),
    high: value + Math.hypot(ia.high - ia.value, ib.value - ib.low),
  }
}

function around(value: number, half: number): Interval {
  return { value, low: value - half, high: value + half }
}
