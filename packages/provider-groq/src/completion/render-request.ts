import { defined, type PreparedRequest, type ReasoningOptions, type WebSearchOptions } from '@llm/core'
import { snakeKeys, warnDropped, type SearchFields } from '@llm/protocol-openai'
import type { GroqOptions } from '../options.ts'

type Body = Record<string, unknown>
type Request = PreparedRequest<GroqOptions>

/** Adds what only Groq has to the JSON of any of its calls. */
export function applyOptions(body: Body, { extraBody, builtInTools: _, ...plain }: GroqOptions): Body {
  return { ...body, ...snakeKeys(plain, false), ...extraBody }
}

/** Adds Groq's own options to the body of a completion, its tools among them. */
export function extendBody(body: Body, { options }: Request): Body {
  const tools = (body['tools'] as readonly Body[] | undefined) ?? []
  const more = options.builtInTools?.filter(type => !tools.some(tool => tool['type'] === type)) ?? []
  const own = more.length > 0 ? { tools: [...tools, ...more.map(type => ({ type }))] } : {}
  return applyOptions({ ...body, ...own }, options)
}

/** Groq has fewer levels than there are. Source: https://console.groq.com/docs/reasoning */
const EFFORTS: Partial<Record<string, string>> = { minimal: 'low', xhigh: 'high', max: 'high' }

export function renderReasoning({ effort, budgetTokens, summary }: ReasoningOptions, request: Request): object {
  if (budgetTokens !== undefined) warnDropped(request, 'reasoning.budgetTokens', 'Use reasoning.effort.')
  if (summary !== undefined) {
    warnDropped(request, 'reasoning.summary', 'Use providerOptions.groq.reasoningFormat to have the reasoning itself.')
  }
  const nearest = EFFORTS[effort ?? '']
  if (effort === undefined || nearest === undefined) return { reasoning_effort: effort }
  request.warn({
    code: 'parameter-changed',
    message: `groq has no reasoning.effort ${JSON.stringify(effort)}; ${JSON.stringify(nearest)} was sent.`,
    parameter: 'reasoning.effort',
  })
  return { reasoning_effort: nearest }
}

/**
 * Compound searches by itself, and is told where; other models have a tool for it, which takes no settings. Source:
 * https://console.groq.com/docs/web-search
 */
export function renderWebSearch(webSearch: WebSearchOptions, request: Request): SearchFields {
  const { domains, blockedDomains, location = {}, maxUses } = webSearch
  const isCompound = /(?:^|\/)compound/.test(request.model)
  const { country, ...place } = location
  const lost = { maxUses, ...(isCompound ? place : { domains, blockedDomains, ...location }) }
  for (const name of Object.keys(defined(lost))) {
    warnDropped(request, `webSearch.${name in location ? `location.${name}` : name}`)
  }
  if (!isCompound) return { tools: [{ type: 'browser_search' }] }
  const settings = defined({
    country: country === undefined ? undefined : countryName(country),
    include_domains: domains,
    exclude_domains: blockedDomains,
  })
  return { ...(Object.keys(settings).length > 0 && { search_settings: settings }) }
}

/** Groq wants names: `de` is `germany`. */
function countryName(code: string): string {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' })
  return /^[a-z]{2}$/i.test(code) ? (names.of(code.toUpperCase()) ?? code).toLowerCase() : code
}
