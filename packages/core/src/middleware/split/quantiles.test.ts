import { describe, expect, test } from 'vitest'
import { normalQuantile, studentQuantile } from './quantiles.ts'

// As printed in the tables of textbooks.
describe('quantiles', () => {
  test.each([
    [0.5, 0],
    [0.6, 0.253347],
    [0.9, 1.281552],
    [0.95, 1.644854],
    [0.975, 1.959964],
    [0.995, 2.575829],
    [0.9999, 3.719016],
    [1 - 1e-12, 7.034487],
    [0.025, -1.959964],
  ])('normal %d', (p, expected) => {
    expect(normalQuantile(p)).toBeCloseTo(expected, 5)
  })

  test.each([
    [0.05, 1, 12.7062],
    [0.05, 2, 4.3027],
    [0.05, 3, 3.1824],
    [0.05, 4, 2.7764],
    [0.05, 5, 2.5706],
    [0.05, 10, 2.2281],
    [0.05, 30, 2.0423],
    [0.05, 120, 1.9799],
    [0.01, 1, 63.6567],
    [0.01, 3, 5.8409],
    [0.01, 10, 3.1693],
    [0.001, 4, 8.6103],
    [0.1, 9, 1.8331],
    [0.2, 5, 1.4759],
    // Between whole ones, as numeric integration gives it.
    [0.05, 17.776, 2.1028],
    [0.05, 2.5, 3.5747],
  ])('Student %d, %d degrees of freedom', (p, df, expected) => {
    expect(studentQuantile(p, df)).toBeCloseTo(expected, 3)
  })
})
