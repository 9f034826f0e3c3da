import type { WebSearchOptions } from '@llm/core'
import { defined } from './defined.ts'

/** Where the user is, in the API's words, which are ours. */
export function renderLocation({ country, region, city, timezone }: NonNullable<WebSearchOptions['location']>): object {
  return defined({ country, region, city, timezone })
}
