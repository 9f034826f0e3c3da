import { describe, expect, test } from 'vitest'
import { createRandom } from '../../testing/random.ts'
import {
  meanDifference,
  meanInterval,
  RunningMean,
  shareDifference,
  shareInterval,
  type Interval,
} from './intervals.ts'

function meanOf(values: readonly number[]): RunningMean {
  const mean = new RunningMean()
  for (const value of values) mean.add(value)
  return mean
}

function near({ value, low, high }: Interval | undefined = { value: NaN, low: NaN, high: NaN }, digits: number = 4) {
  return [value, low, high].map(each => Number(each.toFixed(digits)))
}

/** Student's own data: hours of sleep gained by ten patients with each of two drugs (Biometrika 6, 1908). */
const first = meanOf([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2])
const second = meanOf([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])

describe('means', () => {
  test('have Student’s interval', () => {
    // R: t.test(extra[group == 1])
    expect(near(meanInterval(first, 0.95))).toEqual([0.75, -0.5298, 2.0298])
    expect(near(meanInterval(second, 0.99), 3)).toEqual([2.33, 0.272, 4.388])
  })

  test('differ with Welch’s interval', () => {
    // R: t.test(extra ~ group, data = sleep), whose t = -1.8608 has 17.776 degrees of freedom.
    expect(near(meanDifference(first, second, 0.95))).toEqual([-1.58, -3.3655, 0.2055])
  })

  test('are not known of too few, and sure where nothing varies', () => {
    expect([meanInterval(meanOf([]), 0.95), meanInterval(meanOf([1]), 0.95)]).toEqual([undefined, undefined])
    expect(meanDifference(meanOf([1]), first, 0.95)).toBeUndefined()
    expect(meanDifference(first, meanOf([1]), 0.95)).toBeUndefined()
    expect(near(meanDifference(meanOf([3, 3]), meanOf([1, 1]), 0.95))).toEqual([2, 2, 2])
  })

  test('of large numbers close together keep their digits', () => {
    const { mean, variance = NaN } = meanOf([4, 7, 13, 16].map(value => value + 1e9))
    expect([mean, variance * 4]).toEqual([1e9 + 10, 30])
  })
})

describe('shares', () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), method 3.
  test.each([
    [
      [81, 263],
      [0.2553, 0.3662],
    ],
    [
      [15, 148],
      [0.0624, 0.1605],
    ],
    [
      [0, 20],
      [0, 0.1611],
    ],
    [
      [1, 29],
      [0.0061, 0.1718],
    ],
  ])('%j have Wilson’s interval', ([hits = 0, count = 0], bounds) => {
    expect(near(shareInterval({ hits, count }, 0.95)).slice(1)).toEqual(bounds)
  })

  // Newcombe, "Interval estimation for the difference between independent proportions", ibid., method 10.
  test.each([
    [
      [56, 70],
      [48, 80],
      [0.0524, 0.3339],
    ],
    [
      [9, 10],
      [3, 10],
      [0.1705, 0.809],
    ],
    [
      [5, 56],
      [0, 29],
      [-0.0381, 0.1926],
    ],
    [
      [0, 10],
      [0, 20],
      [-0.1611, 0.2775],
    ],
    [
      [10, 10],
      [0, 20],
      [0.6791, 1],
    ],
  ])('%j and %j differ with Newcombe’s interval', ([hits = 0, count = 0], [otherHits = 0, otherCount = 0], bounds) => {
    const interval = shareDifference({ hits, count }, { hits: otherHits, count: otherCount }, 0.95)
    expect(near(interval).slice(1)).toEqual(bounds)
  })

  test('of nothing are not known', () => {
    const [none, some] = [
      { hits: 0, count: 0 },
      { hits: 1, count: 2 },
    ]
    expect([shareInterval(none, 0.95), shareDifference(none, some, 0.95), shareDifference(some, none, 0.95)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('of 4000 simulated tests, about 95 % have the truth in their interval', () => {
  const random = createRandom(7)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
  const normals = (count: number, scale: number) => meanOf(Array.from({ length: count }, () => scale * normal()))
  const shareOf = (count: number, part: number) => {
    const hits = Array.from({ length: count }, () => random.next()).filter(number => number < part).length
    return { hits, count }
  }

  test.each([
    ['of a mean', () => meanInterval(normals(6, 1), 0.95), 0],
    ['of a difference of means that vary unlike', () => meanDifference(normals(6, 1), normals(20, 5), 0.95), 0],
    ['of a small share', () => shareInterval(shareOf(60, 0.05), 0.95), 0.05],
    ['of a difference of shares', () => shareDifference(shareOf(40, 0.3), shareOf(80, 0.1), 0.95), 0.2],
  ] as const)('%s', (_, simulate, truth) => {
    const held = Array.from({ length: 4000 }, simulate).filter(
      ({ low, high } = { value: NaN, low: NaN, high: NaN }) => low <= truth && truth <= high,
    )
    expect(held.length / 4000).toBeGreaterThan(0.935)
    expect(held.length / 4000).toBeLessThan(0.975)
  })
})
