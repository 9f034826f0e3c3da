import {
  contentParts,
  defined,
  isRecord,
  type AssistantMessage,
  type PreparedRequest,
  type ReasoningOptions,
  type WebSearchOptions,
} from '@llm/core'
import { renderLocation, snakeKeys, toUrl, warnDropped } from '@llm/protocol-openai'
import type { OpenRouterOptions } from '../options.ts'

type Request = PreparedRequest<OpenRouterOptions>

/** Adds what only OpenRouter has to a body, of any of its calls. */
export function applyOptions(body: Record<string, unknown>, options: OpenRouterOptions): Record<string, unknown> {
  const { reasoning, webSearch: _, provider, imageConfig, extraBody, ...plain } = options
  return {
    ...body,
    ...snakeKeys(plain, false),
    ...snakeKeys({ provider, imageConfig }),
    ...(reasoning !== undefined && { reasoning: { ...(body['reasoning'] as object | undefined), ...reasoning } }),
    ...extraBody,
  }
}

/** An effort or a number of tokens, not both. Source: https://openrouter.ai/docs/use-cases/reasoning-tokens */
export function renderReasoning({ effort, budgetTokens, summary }: ReasoningOptions, request: Request): object {
  const both = effort !== undefined && budgetTokens !== undefined
  if (both) warnDropped(request, 'reasoning.effort', 'It goes by reasoning.budgetTokens.')
  return { reasoning: defined({ effort: both ? undefined : effort, max_tokens: budgetTokens, summary }) }
}

/** Source: https://openrouter.ai/docs/guides/features/server-tools/web-search */
export function renderSearchTool(webSearch: WebSearchOptions, { options }: Request): object {
  const { domains, blockedDomains, location, maxUses } = webSearch
  const parameters = defined({
    allowed_domains: domains,
    excluded_domains: blockedDomains,
    user_location: location && { type: 'approximate', ...renderLocation(location) },
    max_uses: maxUses,
    ...snakeKeys({ ...options.webSearch }),
  })
  return { type: 'openrouter:web_search', ...(Object.keys(parameters).length > 0 && { parameters }) }
}

/** Brings back what the reader kept: reasoning, what was read in files, and images. */
export function extendMessage(wire: Record<string, unknown>, { content }: AssistantMessage): Record<string, unknown> {
  const parts = contentParts(content)
  const kept = parts.map(({ state }) => (isRecord(state?.data) ? state.data : {}))
  const listed = (key: string): unknown[] | undefined => {
    const all = kept.flatMap(data => (Array.isArray(data[key]) ? (data[key] as unknown[]) : []))
    return all.length > 0 ? all : undefined
  }
  const images = parts.flatMap(part =>
    part.type === 'image' ? [{ type: 'image_url', image_url: { url: toUrl(part.source) } }] : [],
  )
  return {
    ...wire,
    ...defined({
      reasoning_details: listed('reasoning_details'),
      annotations: listed('annotations'),
      images: images.length > 0 ? images : undefined,
    }),
  }
}
