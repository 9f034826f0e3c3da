import type { JsonSchema, PreparedOutput } from '@llm/core'
import { cacheMarks } from './anthropic-cache.ts'
import { MAX_TOKENS_AT_ONCE, renderThinking, type Thinking } from './anthropic-reasoning.ts'
import { warnChanged, warnDropped, type AnthropicRequest, type WireBlock } from './anthropic-request.ts'
import { renderMessages } from './render-messages.ts'
import { renderServers, renderToolChoice, renderTools } from './render-tools.ts'

/** Versions of the API. Source: https://platform.claude.com/docs/en/api/versioning */
export type ApiVersion = '2026-10-21' | '2023-06-01'

/** The body of `POST /v1/messages`. Reference: https://platform.claude.com/docs/en/api/messages */
export function renderRequest(request: AnthropicRequest, version: ApiVersion): Record<string, unknown> {
  const { options, stop } = request
  warnUnsupported(request)
  const cache = cacheMarks(options)
  const { system, messages } = renderMessages(request, cache)
  const tools = renderTools(request, cache)
  const thinking = renderThinking(request)
  return {
    model: request.model,
    max_tokens: thinking.maxTokens,
    system: renderSystem(system, request),
    messages,
    ...renderSampling(request, version, thinking),
    stop_sequences: stop,
    tools,
    tool_choice: tools && renderToolChoice(request),
    thinking: thinking.thinking,
    output_config: renderOutput(request, thinking),
    cache_control: cache.whole,
    container: options.container,
    context_management: options.contextManagement,
    inference_geo: options.inferenceGeo,
    mcp_servers: renderServers(request),
    metadata: options.userId === undefined ? undefined : { user_id: options.userId },
    service_tier: options.serviceTier,
    speed: options.speed,
    stream: request.stream ? true : undefined,
    ...options.extraBody,
  }
}

function warnUnsupported(request: AnthropicRequest): void {
  for (const field of ['seed', 'presencePenalty', 'frequencyPenalty', 'verbosity'] as const) {
    if (request[field] !== undefined) warnDropped(request, field, `there is no ${field} in this API.`)
  }
  const { maxTokens = 0, stream } = request
  if (!stream && maxTokens > MAX_TOKENS_AT_ONCE) {
    const message = `an answer of more than ${MAX_TOKENS_AT_ONCE} tokens may take longer than connections live: use stream().`
    request.warn({ code: 'other', message: `${request.provider}: ${message}`, parameter: 'maxTokens' })
  }
}

/** There is no JSON mode without a schema, nor one for a schema that cannot be enforced: the model is told. */
function renderSystem(system: readonly WireBlock[], request: AnthropicRequest): readonly WireBlock[] | undefined {
  const { output } = request
  if (output === undefined || enforced(output) !== undefined) return system.length === 0 ? undefined : system
  warnChanged(request, 'output', 'there is no JSON mode without a schema to enforce; the model was told to write JSON.')
  const schema = output.type === 'schema' ? ` It must fit this JSON Schema: ${JSON.stringify(output.schema)}` : ''
  return [
    ...system,
    { type: 'text', text: `Answer with one JSON value and nothing else, without a code fence.${schema}` },
  ]
}

function renderOutput({ output }: AnthropicRequest, { effort }: Thinking): object | undefined {
  const schema = enforced(output)
  const format = schema && { type: 'json_schema', schema }
  return format === undefined && effort === undefined ? undefined : { effort, format }
}

function enforced(output: PreparedOutput | undefined): JsonSchema | undefined {
  return output?.type === 'schema' && output.strict ? output.schema : undefined
}

const SAMPLING = { temperature: 'temperature', topP: 'top_p', topK: 'top_k' } as const
type Sampling = keyof typeof SAMPLING

function renderSampling(
  request: AnthropicRequest,
  version: ApiVersion,
  { thinking }: Thinking,
): Record<string, number> {
  const sampling: Record<string, number> = {}
  const thinks = thinking?.type === 'enabled' || thinking?.type === 'adaptive'
  for (const [field, name] of Object.entries(SAMPLING) as [Sampling, string][]) {
    const value = request[field]
    if (value === undefined) continue
    const why = refusal(field, request, { version, thinks })
    if (why === undefined) sampling[name] = value
    else warnDropped(request, field, why)
  }
  return sampling
}

interface SamplingRules {
  readonly version: ApiVersion
  readonly thinks: boolean
}

/** Sources: the versions page above and https://platform.claude.com/docs/en/build-with-claude/extended-thinking */
function refusal(field: Sampling, request: AnthropicRequest, { version, thinks }: SamplingRules): string | undefined {
  if (version === '2026-10-21') {
    return `version 2026-10-21 of the API refuses ${field}. For models that take it: anthropic({ apiVersion: '2023-06-01' }).`
  }
  if (thinks && field !== 'topP') return `a model that thinks takes no ${field}.`
  if (field === 'topP' && request.temperature !== undefined && !thinks) return 'topP cannot be given with temperature.'
  return undefined
}
