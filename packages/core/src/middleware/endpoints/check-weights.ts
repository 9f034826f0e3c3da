import { ConfigurationError } from '../../errors/configuration-error.ts'

/** @throws {@link ConfigurationError} for weights that are not one for each, or not above 0. */
export function checkWeights(owner: string, weights: readonly number[] | undefined, count: number): void {
  if (weights === undefined) return
  if (weights.length !== count) {
    throw new ConfigurationError({
      message: `${owner}: there are ${String(weights.length)} weights for ${String(count)}.`,
      hint: 'Give one for each, in order, or leave weights out.',
    })
  }
  if (weights.every(weight => Number.isFinite(weight) && weight > 0)) return
  throw new ConfigurationError({
    message: `${owner}: a weight is not a number above 0.`,
    hint: 'Leave out what is to get nothing.',
  })
}
