import type { PreparedRequest, PreparedTool, ToolCallPart, ToolChoice } from '@llm/core'
import type { BedrockOptions } from '../options.ts'
import { cachePoint } from './bedrock-names.ts'

type Request = PreparedRequest<BedrockOptions>

/** The tools, those that Bedrock runs itself included, and which of them must be called. */
export function renderTools(request: Request): object | undefined {
  const own = request.toolChoice === 'none' ? [] : request.tools.map(renderTool)
  const offered = [...own, ...renderSystemTools(request)]
  const tools = offered.length > 0 ? offered : renderPastTools(request)
  if (tools.length === 0) return undefined
  const marked =
    request.options.cachePoints?.includes('tools') === true ? [...tools, cachePoint(request.options)] : tools
  return { tools: marked, ...(own.length > 0 && renderToolChoice(request.toolChoice)) }
}

function renderTool({ name, description, schema, strict }: PreparedTool): object {
  const inputSchema = { json: schema }
  return {
    toolSpec: {
      name,
      ...(description !== undefined && description !== '' && { description }),
      inputSchema,
      ...(strict !== undefined && { strict }),
    },
  }
}

function renderSystemTools(request: Request): object[] {
  const { webSearch, options } = request
  const names = new Set(options.systemTools)
  if (webSearch !== undefined && webSearch !== false) names.add('nova_grounding')
  if (typeof webSearch === 'object') {
    for (const [key, value] of Object.entries(webSearch)) {
      if (value === undefined) continue
      const parameter = `webSearch.${key}`
      request.warn({ code: 'parameter-dropped', message: `bedrock has no ${parameter}; it was dropped.`, parameter })
    }
  }
  return [...names].map(name => ({ systemTool: { name } }))
}

/** Bedrock refuses a history with tool calls where no tool is offered: those that were called are named again. */
function renderPastTools(request: Request): object[] {
  const parts = request.messages.flatMap(({ role, content }) =>
    role === 'assistant' && typeof content !== 'string' ? content : [],
  )
  const calls = parts.filter(
    (part): part is ToolCallPart => part.type === 'tool-call' && part.providerExecuted !== true,
  )
  if (calls.length === 0) return []
  request.warn({
    code: 'other',
    message: 'bedrock wants the tools of past calls to be offered again; the model may call one.',
    parameter: request.toolChoice === 'none' ? 'toolChoice' : 'tools',
  })
  const given = new Map(request.tools.map(tool => [tool.name, tool]))
  return [...new Set(calls.map(({ name }) => name))].map(name =>
    renderTool(given.get(name) ?? { name, schema: { type: 'object', properties: {} } }),
  )
}

function renderToolChoice(choice: ToolChoice | undefined): object {
  if (typeof choice === 'object') return { toolChoice: { tool: { name: choice.name } } }
  if (choice === 'required') return { toolChoice: { any: {} } }
  return choice === 'auto' ? { toolChoice: { auto: {} } } : {}
}
