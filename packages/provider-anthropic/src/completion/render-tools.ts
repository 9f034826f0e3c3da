import { UnsupportedOperationError, type PreparedTool } from '@llm/core'
import type { AnthropicMcpServer, AnthropicOptions } from '../options.ts'
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
  const { codeExecution, serverTools = [], mcpServers = [], computerUse } = request.options
  const functions = request.tools.filter(({ name }) => computerUse === undefined || name !== 'computer')
  const tools = [
    ...functions.map(renderTool),
    ...renderWebSearch(request),
    ...renderWebFetch(request),
    ...(codeExecution === true ? [{ type: 'code_execution_20260521', name: 'code_execution' }] : []),
    ...(computerUse === undefined ? [] : [renderComputer(computerUse)]),
    ...mcpServers.map(renderToolset),
    ...serverTools.map(tool => ({ ...tool })),
  ]
  cache.mark(tools, 'tools')
  return tools.length === 0 ? undefined : tools
}

function renderComputer({ width, height }: NonNullable<AnthropicOptions['computerUse']>): Record<string, unknown> {
  return { type: 'computer_20251124', name: 'computer', display_width_px: width, display_height_px: height }
}

/** The tools of a server: all, or those that are named. */
function renderToolset({ name, allowedTools }: AnthropicMcpServer): Record<string, unknown> {
  const only = allowedTools && {
    default_config: { enabled: false },
    configs: Object.fromEntries(allowedTools.map(tool => [tool, { enabled: true }])),
  }
  return { type: 'mcp_toolset', mcp_server_name: name, ...only }
}

/** The servers themselves stand beside the tools. */
export function renderServers({ options }: AnthropicRequest): object[] | undefined {
  return options.mcpServers?.map(({ name, url, authorization }) => ({
    ...{ type: 'url', name, url },
    ...(authorization !== undefined && { authorization_token: authorization }),
  }))
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
