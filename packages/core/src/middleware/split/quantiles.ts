/**
 * The quantile of the normal distribution, to seven digits: PPND7 of Wichura, "Algorithm AS 241: The Percentage Points of the
 * Normal Distribution", Applied Statistics 37 (1988).
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (
      (q * horner(r, 59.10937472, 159.29113202, 50.434271938, 3.3871327179)) /
      horner(r, 67.1875636, 78.757757664, 17.895169469, 1)
    )
  }
  const r = Math.sqrt(-Math.log(Math.min(p, 1 - p)))
  const tail =
    r <= 5
      ? horner(r - 1.6, 0.17023821103, 1.3067284816, 2.75681539, 1.4234372777) /
        horner(r - 1.6, 0.12021132975, 0.7370016425, 1)
      : horner(r - 5, 0.017337203997, 0.42868294337, 3.081226386, 6.657905115) /
        horner(r - 5, 0.012258202635, 0.24197894225, 1)
  return Math.sign(q) * tail
}

/**
 * The value that Student's t goes beyond, in either direction, with probability `p`: Hill, "Algorithm 396: Student's
 * t-Quantiles", Communications of the ACM 13 (1970). `df` is at least 1 and need not be whole; between 1 and 2 the value is up
 * to 3 % too large.
 */
export function studentQuantile(p: number, df: number): number {
  if (df === 1) return 1 / Math.tan((p * Math.PI) / 2)
  if (df === 2) return Math.sqrt(2 / (p * (2 - p)) - 2)
  const a = 1 / (df - 0.5)
  const b = 48 / (a * a)
  const c = horner(a, 20700 / b, -98, -16, 96.36)
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * df
  const y = (d * p) ** (2 / df)
  const squared = y > 0.05 + a ? nearNormal(p, df, { a, b, c, d }) : farTail(y, df, d)
  return Math.sqrt(df * squared)
}

interface Terms {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
}

/** An expansion about the normal distribution. */
function nearNormal(p: number, df: number, { a, b, c, d }: Terms): number {
  const x = normalQuantile(p / 2)
  const small = df < 5 ? 0.3 * (df - 4.5) * (x + 0.6) : 0
  const divisor = horner(x, 0.05 * d, -5, -7, -2, b + c + small)
  const y = ((horner(x * x, 0.4, 6.3, 36, 94.5) / divisor - x * x - 3) / b + 1) * x
  return Math.expm1(a * y * y)
}

function farTail(y: number, df: number, d: number): number {
  const first = 1 / (((df + 6) / (df * y) - 0.089 * d - 0.822) * (df + 2) * 3) + 0.5 / (df + 4)
  return ((first * y - 1) * (df + 1)) / (df + 2) + 1 / y
}

/** A polynomial, its highest coefficient first. */
function horner(x: number, ...coefficients: readonly number[]): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)
}
