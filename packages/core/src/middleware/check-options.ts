import { unknownKey } from '../config/unknown-key.ts'
import { ConfigurationError } from '../errors/configuration-error.ts'

/**
 * Checks the options of a middleware when it is made: all of these are numbers, but for those that are said to be others.
 *
 * @throws {@link ConfigurationError} for an option that does not exist, and for a number that cannot be.
 * @example
 * ```ts
 * import { checkOptions } from '@llm/core'
 *
 * const options: { size?: number; maxAge?: number; store?: object } = { size: 10 }
 * checkOptions('my cache', options, { size: 'count', maxAge: 'ms', store: 'other' })
 * ```
 */
export function checkOptions<Options extends object>(
  owner: string,
  options: Options,
  keys: Readonly<Record<keyof Options & string, 'count' | 'ms' | 'other'>>,
): void {
  for (const [key, value] of Object.entries<unknown>(options as Readonly<Record<string, unknown>>)) {
    if (!Object.hasOwn(keys, key)) {
      const [message, hint] = unknownKey(`option of ${owner}`, key, Object.keys(keys))
      throw new ConfigurationError({ message, hint })
    }
    const kind = keys[key as keyof Options & string]
    if (value === undefined || kind === 'other') continue
    const fits = kind === 'count' ? Number.isInteger(value) && Number(value) >= 1 : Number(value) >= 0
    if (typeof value === 'number' && fits) continue
    throw new ConfigurationError({
      message: `${owner}: ${key} is not ${kind === 'count' ? 'a whole number of at least 1' : 'a number of milliseconds'}.`,
      hint: `Give such a number, or leave ${key} out for the default.`,
    })
  }
}
