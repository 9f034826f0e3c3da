import { isRecord } from '@llm/core'

/**
 * Options as this API and its hosts write them: `serviceTier` is `service_tier`. What is not set is left out; lists stay as
 * they are.
 *
 * @param deep - whether nested objects are options too, rather than the caller's own data.
 *
 * @example
 * ```ts
 * import { snakeKeys } from '@llm/protocol-openai'
 *
 * snakeKeys({ searchSettings: { includeDomains: ['example.com'] } })
 * // { search_settings: { include_domains: ['example.com'] } }
 * ```
 */
export function snakeKeys(options: Readonly<Record<string, unknown>>, deep: boolean = true): Record<string, unknown> {
  const written: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(options)) {
    const name = key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
    if (value !== undefined) written[name] = deep && isRecord(value) ? snakeKeys(value) : value
  }
  return written
}
