/**
 * An object without the fields that have no value.
 *
 * @example
 * ```ts
 * import { defined } from '@llm/core'
 *
 * defined({ seed: 1, user: undefined }) // { seed: 1 }
 * ```
 */
export function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: Partial<T> = {}
  for (const key in fields) if (fields[key] !== undefined) kept[key] = fields[key]
  return kept as { [K in keyof T]?: Exclude<T[K], undefined> }
}
