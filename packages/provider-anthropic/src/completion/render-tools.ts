import { UnsupportedOperationError, type PreparedTool } from '@llm/core'
import type { CacheMarks } from './anthropic-cache.ts'
import { warnDropped, type AnthropicRequest } from './anthropic-request.ts'

/** The tools of a request, those that Anthropic runs included. */
export function renderTools(request: AnthropicRequest, cache: CacheMarks): Record<string, unknown>[] | undefined {
  if (request.fileSearch !== undefined) {
    throw new UnsupportedOperationError({
      message: `${request.provider} has no file search.`,
      hint: 'Send the files with the messages, or give a tool that searches them.',
    })
  }
  const { codeExecution, serverTools = [] } = request.options
  const tools = [
    ...request.tools.map(renderTool),
    ...renderWebSearch(request),
    ...renderWebFetch(request),
    ...(codeExecution === true ? [{ type: 'code_execution_20260521', name: 'code_execution' }] : []),
    ...serverTools.map(tool => ({ ...tool })),
  ]
  cache.mark(tools, 'tools')
  return tools.length === 0 ? undefined : tools
}

/** Whether and which tool must be called, and how many at once. */
export function renderToolChoice({ toolChoice, parallelToolCalls }: AnthropicRequest): object | undefined {
  if (toolChoice === 'none') return { type: 'none' }
  const single = parallelToolCalls === false ? { disable_parallel_tool_use: true } : undefined
  if (toolChoice === undefined) return single && { type: 'auto', ...single }
  if (typeof toolChoice === 'object') return { type: 'tool', name: toolChoice.name, ...single }
  return { type: toolChoice === 'required' ? 'any' : 'auto', ...single }
}

function renderTool({ name, description, schema, strict }: PreparedTool): Record<string, unknown> {
  return { name, description, input_schema: { type: 'object', ...schema }, strict }
}

/** Called by the model itself rather than by code that it writes, which fewer models can. */
const DIRECT = { allowed_callers: ['direct'] }

function renderWebSearch(request: AnthropicRequest): Record<string, unknown>[] {
  const { webSearch } = request
  if (webSearch === undefined || webSearch === false) return []
  const { domains, blockedDomains, location, maxUses } = webSearch === true ? {} : webSearch
  return [
    {
      type: 'web_search_20260318',
      name: 'web_search',
      ...DIRECT,
      ...renderDomains(request, 'webSearch', { domains, blockedDomains }),
      max_uses: maxUses,
      user_location: location && { type: 'approximate', ...location },
    },
  ]
}

function renderWebFetch(request: AnthropicRequest): Record<string, unknown>[] {
  const { webFetch } = request.options
  if (webFetch === undefined || webFetch === false) return []
  const { domains, blockedDomains, maxUses, maxContentTokens, citations } = webFetch === true ? {} : webFetch
  return [
    {
      type: 'web_fetch_20260318',
      name: 'web_fetch',
      ...DIRECT,
      ...renderDomains(request, 'providerOptions.anthropic.webFetch', { domains, blockedDomains }),
      max_uses: maxUses,
      max_content_tokens: maxContentTokens,
      citations: citations && { enabled: true },
    },
  ]
}

interface Domains {
  readonly domains: readonly string[] | undefined
  readonly blockedDomains: readonly string[] | undefined
}

/** The API takes one list of domains. */
function renderDomains(request: AnthropicRequest, parameter: string, { domains, blockedDomains }: Domains): object {
  if (domains === undefined) return { blocked_domains: blockedDomains }
  const why = 'blocked domains cannot be given together with allowed ones.'
  if (blockedDomains !== undefined) warnDropped(request, `${parameter}.blockedDomains`, why)
  return { allowed_domains: domains }
}
