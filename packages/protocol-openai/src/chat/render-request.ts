import {
  UnsupportedOperationError,
  type PreparedOutput,
  type PreparedRequest,
  type PreparedTool,
  type ToolChoice,
} from '@llm/core'
import { warnDropped } from '../dropped.ts'
import { defined } from '../defined.ts'
import { renderLocation } from '../location.ts'
import type { ChatDialect } from './dialect.ts'
import { renderMessages } from './render-messages.ts'

/** The body of `POST /chat/completions`. Reference: https://platform.openai.com/docs/api-reference/chat/create */
export function renderChatRequest<Options>(request: PreparedRequest<Options>, dialect: ChatDialect<Options>): object {
  const asked = withoutUnsupported(request, dialect)
  const hasTools = asked.tools.length > 0
  const body = defined({
    model: asked.model,
    messages: renderMessages(asked, dialect),
    [dialect.maxTokensField ?? 'max_completion_tokens']: asked.maxTokens,
    temperature: asked.temperature,
    top_p: asked.topP,
    stop: asked.stop,
    seed: asked.seed,
    presence_penalty: asked.presencePenalty,
    frequency_penalty: asked.frequencyPenalty,
    reasoning_effort: asked.reasoning?.effort,
    verbosity: asked.verbosity,
    tools: hasTools ? asked.tools.map(renderTool) : undefined,
    tool_choice: hasTools ? renderToolChoice(asked.toolChoice) : undefined,
    parallel_tool_calls: hasTools ? asked.parallelToolCalls : undefined,
    response_format: renderOutput(asked.output),
    web_search_options: renderWebSearch(asked),
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
  if (request.reasoning?.summary !== undefined) warnDropped(request, 'reasoning.summary')
  if (request.reasoning?.budgetTokens !== undefined)
    warnDropped(request, 'reasoning.budgetTokens', 'Use reasoning.effort.')
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

function renderWebSearch(request: PreparedRequest<unknown>): object | undefined {
  const { webSearch } = request
  if (webSearch === undefined || webSearch === false) return undefined
  if (webSearch === true) return {}
  for (const key of ['domains', 'blockedDomains', 'maxUses'] as const) {
    if (webSearch[key] !== undefined) warnDropped(request, `webSearch.${key}`)
  }
  const { location } = webSearch
  return location === undefined ? {} : { user_location: { type: 'approximate', approximate: renderLocation(location) } }
}
