import { defined, type WebSearchOptions } from '@llm/core'

/**
 * Where the user is, in the API's words, which are ours.
 *
 * @example
 * ```ts
 * import { renderLocation } from '@llm/protocol-openai'
 *
 * renderLocation({ country: 'NO', city: 'Oslo' }) // { country: 'NO', city: 'Oslo' }
 * ```
 */
export function renderLocation({ country, region, city, timezone }: NonNullable<WebSearchOptions['location']>): object {
  return defined({ country, region, city, timezone })
}
