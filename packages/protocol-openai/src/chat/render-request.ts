import {
  defined,
  UnsupportedOperationError,
  type PreparedOutput,
  type PreparedRequest,
  type PreparedTool,
  type ToolChoice,
  type WebSearchOptions,
} from '@llm/core'
import { warnDropped } from '../dropped.ts'
import { renderLocation } from '../location.ts'
import type { ChatDialect, SearchFields } from './dialect.ts'
import { renderMessages } from './render-messages.ts'

/** The body of `POST /chat/completions`. Reference: https://platform.openai.com/docs/api-reference/chat/create */
export function renderChatRequest<Options>(request: PreparedRequest<Options>, dialect: ChatDialect<Options>): object {
  const asked = withoutUnsupported(request, dialect)
  const { tools: hostTools = [], ...webSearch } = renderWebSearch(asked, dialect)
  const tools = [...asked.tools.map(renderTool), ...hostTools]
  const hasTools = asked.tools.length > 0
  const body = defined({
    model: asked.model,
    messages: renderMessages(asked, dialect),
    [dialect.maxTokensField ?? 'max_completion_tokens']: asked.maxTokens,
    temperature: asked.temperature,
    top_p: asked.topP,
    top_k: asked.topK,
    stop: asked.stop,
    seed: asked.seed,
    presence_penalty: asked.presencePenalty,
    frequency_penalty: asked.frequencyPenalty,
    ...renderReasoning(asked, dialect),
    verbosity: asked.verbosity,
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: hasTools ? renderToolChoice(asked.toolChoice) : undefined,
    parallel_tool_calls: hasTools ? asked.parallelToolCalls : undefined,
    response_format: renderOutput(asked.output),
    ...webSearch,
    stream: asked.stream ? true : undefined,
    stream_options: asked.stream && dialect.streamUsage !== false ? { include_usage: true } : undefined,
  })
  return dialect.extendBody?.(body, request) ?? body
}

type Field = keyof PreparedRequest<unknown>

/** The request without what the API, or this host, has no place for. */
function withoutUnsupported<Options>(
  request: PreparedRequest<Options>,
  dialect: ChatDialect<Options>,
): PreparedRequest<Options> {
  if (request.fileSearch !== undefined) {
    throw new UnsupportedOperationError({
      message: `${request.provider} has no file search in chat completions.`,
      hint: "Use the responses API, where the provider has it: { api: 'responses' }.",
    })
  }
  const fields: readonly Field[] = [
    ...(dialect.topK === true ? [] : (['topK'] as const)),
    ...(dialect.unsupported ?? []),
  ]
  const kept: Record<string, unknown> = { ...request }
  for (const field of fields) {
    if (request[field] !== undefined) warnDropped(request, field)
    kept[field] = undefined
  }
  return kept as unknown as PreparedRequest<Options>
}

function renderTool({ name, description, schema, strict }: PreparedTool): object {
  return { type: 'function', function: defined({ name, description, parameters: schema, strict }) }
}

function renderToolChoice(choice: ToolChoice | undefined): unknown {
  return typeof choice === 'object' ? { type: 'function', function: { name: choice.name } } : choice
}

function renderOutput(output: PreparedOutput | undefined): object | undefined {
  if (output === undefined) return undefined
  if (output.type === 'json') return { type: 'json_object' }
  const { name, schema, strict } = output
  return { type: 'json_schema', json_schema: { name, schema, strict } }
}

function renderReasoning<Options>(request: PreparedRequest<Options>, dialect: ChatDialect<Options>): object {
  const { reasoning } = request
  if (reasoning === undefined) return {}
  if (dialect.renderReasoning !== undefined) return dialect.renderReasoning(reasoning, request)
  if (reasoning.summary !== undefined) warnDropped(request, 'reasoning.summary')
  if (reasoning.budgetTokens !== undefined) warnDropped(request, 'reasoning.budgetTokens', 'Use reasoning.effort.')
  return { reasoning_effort: reasoning.effort }
}

function renderWebSearch<Options>(
  request: PreparedRequest<Options>,
  { renderWebSearch: render = renderSearchOptions }: ChatDialect<Options>,
): SearchFields {
  const { webSearch } = request
  if (webSearch === undefined || webSearch === false) return {}
  if (render !== false) return render(webSearch === true ? {} : webSearch, request)
  throw new UnsupportedOperationError({
    message: `${request.provider} has no web search in chat completions.`,
    hint: "Use the responses API, where the provider has it: { api: 'responses' }.",
  })
}

function renderSearchOptions({ location, ...rest }: WebSearchOptions, request: PreparedRequest<unknown>): SearchFields {
  for (const key of ['domains', 'blockedDomains', 'maxUses'] as const) {
    if (rest[key] !== undefined) warnDropped(request, `webSearch.${key}`)
  }
  const where = location && { type: 'approximate', approximate: renderLocation(location) }
  return { web_search_options: where === undefined ? {} : { user_location: where } }
}
