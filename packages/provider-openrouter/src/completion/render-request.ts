import {
  contentParts,
  isRecord,
  type AssistantMessage,
  type PreparedRequest,
  type ReasoningOptions,
  type WebSearchOptions,
} from '@llm/core'
import { defined, renderLocation, toUrl, warnDropped } from '@llm/protocol-openai'
import type { OpenRouterOptions } from '../options.ts'

type Request = PreparedRequest<OpenRouterOptions>

/** Adds what only OpenRouter has to a body, of any of its calls. */
export function applyOptions(body: Record<string, unknown>, options: OpenRouterOptions): Record<string, unknown> {
  const { reasoning, webSearch: _, provider, imageConfig, extraBody, ...plain } = options
  return {
    ...body,
    ...defined({
      ...(snakeKeys(plain, false) as object),
      provider: snakeKeys(provider),
      image_config: snakeKeys(imageConfig),
      reasoning: reasoning && { ...(body['reasoning'] as object | undefined), ...reasoning },
    }),
    ...extraBody,
  }
}

/** Ours are `camelCase`, OpenRouter's are `snake_case`. What is in OpenRouter's own form (`plugins`) stays. */
function snakeKeys(value: unknown, deep: boolean = true): unknown {
  if (!isRecord(value)) return value
  const entries = Object.entries(value).map(([key, field]) => [
    key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
    deep ? snakeKeys(field) : field,
  ])
  return Object.fromEntries(entries)
}

export function extendBody(body: Record<string, unknown>, request: Request): Record<string, unknown> {
  return applyOptions({ ...body, ...(request.topK !== undefined && { top_k: request.topK }) }, request.options)
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
    ...(snakeKeys(options.webSearch) as object | undefined),
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
