/**
 * An object without the fields that have no value.
 *
 * @example
 * ```ts
 * import { defined } from '@llm/protocol-openai'
 *
 * defined({ seed: 1, user: undefined }) // { seed: 1 }
 * ```
 */
export function defined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const key in fields) if (fields[key] !== undefined) kept[key] = fields[key]
  return kept
}
