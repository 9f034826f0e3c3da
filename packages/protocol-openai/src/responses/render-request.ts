import {
  defined,
  type PreparedOutput,
  type PreparedRequest,
  type PreparedTool,
  type ToolChoice,
  type WebSearchOptions,
} from '@llm/core'
import { warnDropped } from '../dropped.ts'
import { renderLocation } from '../location.ts'
import type { ResponsesDialect } from './dialect.ts'
import { renderInput } from './render-input.ts'

/** What the responses API has no place for, and what to do instead. */
const UNSUPPORTED = {
  topK: undefined,
  stop: "Use { api: 'chat' } to set it.",
  seed: "Use { api: 'chat' } to set it.",
  presencePenalty: "Use { api: 'chat' } to set it.",
  frequencyPenalty: "Use { api: 'chat' } to set it.",
} as const

/** The body of `POST /responses`. Reference: https://platform.openai.com/docs/api-reference/responses/create */
export function renderResponsesRequest<Options>(
  request: PreparedRequest<Options>,
  dialect: ResponsesDialect<Options>,
): object {
  for (const [field, remedy] of Object.entries(UNSUPPORTED)) {
    if (request[field as keyof typeof UNSUPPORTED] !== undefined) warnDropped(request, field, remedy)
  }
  const tools = renderTools(request, dialect)
  const body = defined({
    model: request.model,
    input: renderInput(request),
    max_output_tokens: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    reasoning: renderReasoning(request),
    text: renderText(request),
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: tools.length > 0 ? renderToolChoice(request.toolChoice) : undefined,
    parallel_tool_calls: tools.length > 0 ? request.parallelToolCalls : undefined,
    include: renderInclude(request, dialect),
    store: false,
    stream: request.stream ? true : undefined,
  })
  return dialect.extendBody?.(body, request) ?? body
}

function renderReasoning(request: PreparedRequest<unknown>): object | undefined {
  const { effort, summary, budgetTokens } = request.reasoning ?? {}
  if (budgetTokens !== undefined) warnDropped(request, 'reasoning.budgetTokens', 'Use reasoning.effort.')
  return effort === undefined && summary === undefined ? undefined : defined({ effort, summary })
}

function renderText({ output, verbosity }: PreparedRequest<unknown>): object | undefined {
  return output === undefined && verbosity === undefined
    ? undefined
    : defined({ format: renderFormat(output), verbosity })
}

function renderFormat(output: PreparedOutput | undefined): object | undefined {
  if (output === undefined) return undefined
  if (output.type === 'json') return { type: 'json_object' }
  const { name, schema, strict } = output
  return { type: 'json_schema', name, schema, strict }
}

function renderTools<Options>(request: PreparedRequest<Options>, dialect: ResponsesDialect<Options>): object[] {
  return [...request.tools.map(renderTool), ...renderWebSearch(request, dialect), ...renderFileSearch(request)]
}

/** Functions are strict by default in this API, which refuses most schemas: ours are not, unless asked for. */
function renderTool({ name, description, schema, strict = false }: PreparedTool): object {
  return defined({ type: 'function', name, description, parameters: schema, strict })
}

function renderWebSearch<Options>(
  request: PreparedRequest<Options>,
  { renderWebSearch: render = renderSearchTool }: ResponsesDialect<Options>,
): object[] {
  const { webSearch } = request
  if (webSearch === undefined || webSearch === false) return []
  return [render(webSearch === true ? {} : webSearch, request)]
}

function renderSearchTool({ domains, location, ...rest }: WebSearchOptions, request: PreparedRequest<unknown>): object {
  for (const key of ['blockedDomains', 'maxUses'] as const) {
    if (rest[key] !== undefined) warnDropped(request, `webSearch.${key}`)
  }
  return defined({
    type: 'web_search',
    filters: domains && { allowed_domains: domains },
    user_location: location && { type: 'approximate', ...renderLocation(location) },
  })
}

function renderFileSearch({ fileSearch }: PreparedRequest<unknown>): object[] {
  if (fileSearch === undefined) return []
  const { vectorStoreIds, maxResults, filters } = fileSearch
  return [defined({ type: 'file_search', vector_store_ids: vectorStoreIds, max_num_results: maxResults, filters })]
}

function renderToolChoice(choice: ToolChoice | undefined): unknown {
  return typeof choice === 'object' ? { type: 'function', name: choice.name } : choice
}

/** Models that do not reason, under the names of their maker. */
const UNREASONING = /(?:^|[/:])(?:chatgpt-|gpt-[34]|gpt-5-chat)/

/**
 * Nothing is stored at the host, so its reasoning must come with the answer to be sent back. A model that does not reason
 * answers with an error: `Encrypted content is not supported with this model.`
 */
function renderInclude(
  { model, spec, fileSearch }: PreparedRequest<unknown>,
  { encryptedReasoning = true }: ResponsesDialect<never>,
): readonly string[] | undefined {
  const reasons = !UNREASONING.test(model) && (spec === undefined || spec.capabilities.reasoning === true)
  const include = [
    ...(encryptedReasoning && reasons ? ['reasoning.encrypted_content'] : []),
    ...(fileSearch === undefined ? [] : ['file_search_call.results']),
  ]
  return include.length > 0 ? include : undefined
}
