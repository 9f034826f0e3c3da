import { isRecord, type ParseContext, type WebSearchOptions } from '@llm/core'
import { renderLocation, warnDropped, type ChatBody, type ChatReader, type SearchFields } from '@llm/protocol-openai'
import type { Request } from '../vendors.ts'

/** Searches that a vendor made for an answer stand beside its message, in each chunk again: all it used, or their URLs. */
export class CitationReader implements ChatReader {
  #context: ParseContext
  #results: readonly unknown[] = []

  constructor(context: ParseContext) {
    this.#context = context
  }

  body({ search_results: results, citations }: ChatBody): void {
    const found = [results, citations].find(list => Array.isArray(list) && list.length > 0)
    if (Array.isArray(found)) this.#results = found
  }

  end(): void {
    for (const result of this.#results) {
      const { url, title, snippet: quote } = isRecord(result) ? result : { url: result }
      if (typeof url !== 'string') continue
      this.#context.emit({ type: 'source', source: { type: 'source', url, ...texts({ title, quote }) } })
    }
  }
}

function texts(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(fields).filter((field): field is [string, string] => typeof field[1] === 'string')
  return Object.fromEntries(given.filter(([, text]) => text !== ''))
}

/** Perplexity searches always; this says where. Source: https://docs.perplexity.ai/api-reference/chat-completions-post */
export function renderPerplexitySearch(webSearch: WebSearchOptions, request: Request): SearchFields {
  const { domains = [], blockedDomains = [], location, maxUses } = webSearch
  if (maxUses !== undefined) warnDropped(request, 'webSearch.maxUses')
  const filter = [...domains, ...blockedDomains.map(domain => `-${domain}`)]
  return {
    ...(filter.length > 0 && { search_domain_filter: filter }),
    ...(location !== undefined && { web_search_options: { user_location: renderLocation(location) } }),
  }
}

/** The tool of xAI's responses. Source: https://docs.x.ai/docs/guides/tools/search-tools */
export function renderXaiSearch(
  { domains, blockedDomains, location, maxUses }: WebSearchOptions,
  request: Request,
): object {
  if (location !== undefined) warnDropped(request, 'webSearch.location')
  if (maxUses !== undefined) warnDropped(request, 'webSearch.maxUses')
  const filters = {
    ...(domains !== undefined && { allowed_domains: domains }),
    ...(blockedDomains !== undefined && { excluded_domains: blockedDomains }),
  }
  return { type: 'web_search', ...(Object.keys(filters).length > 0 && { filters }) }
}
