import { UnsupportedOperationError, type PreparedOutput, type PreparedRequest, type ReasoningOptions } from '@llm/core'
import type { BedrockOptions } from '../options.ts'
import { renderMessages, renderSystem } from './render-messages.ts'
import { renderTools } from './render-tools.ts'

type Request = PreparedRequest<BedrockOptions>

const OWN_FIELD = 'Set what the model calls it in providerOptions.bedrock.additionalModelRequestFields.'

/** What Converse has no place for, and what to do instead. */
const UNSUPPORTED = {
  topK: OWN_FIELD,
  seed: OWN_FIELD,
  presencePenalty: OWN_FIELD,
  frequencyPenalty: OWN_FIELD,
  verbosity: OWN_FIELD,
  parallelToolCalls: OWN_FIELD,
} as const

/** The levels that `outputConfig.effort` takes. */
const EFFORTS: readonly (ReasoningOptions['effort'] | undefined)[] = ['low', 'medium', 'high', 'xhigh', 'max']

/**
 * The body of `POST /model/{modelId}/converse` and of `/converse-stream`.
 *
 * Reference: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function renderRequest(request: Request): object {
  refuseUnsupported(request)
  const { options, maxTokens, temperature, topP, stop: stopSequences } = request
  return {
    messages: renderMessages(request),
    ...named('system', renderSystem(request)),
    ...named('inferenceConfig', filled({ maxTokens, temperature, topP, stopSequences })),
    ...named('toolConfig', renderTools(request)),
    ...named('outputConfig', filled({ textFormat: renderOutput(request), effort: renderEffort(request) })),
    ...renderOptions(options, request.stream),
    ...options.extraBody,
  }
}

function refuseUnsupported(request: Request): void {
  if (request.fileSearch !== undefined) {
    throw new UnsupportedOperationError({
      message: 'bedrock has no file search in Converse.',
      hint: 'Give the documents as file parts, or search them in a tool of your own.',
    })
  }
  for (const [field, remedy] of Object.entries(UNSUPPORTED)) {
    if (request[field as keyof typeof UNSUPPORTED] !== undefined) warnDropped(request, field, remedy)
  }
  if (request.reasoning?.budgetTokens !== undefined) warnDropped(request, 'reasoning.budgetTokens', OWN_FIELD)
  if (request.reasoning?.summary !== undefined) warnDropped(request, 'reasoning.summary')
}

function warnDropped(request: Request, parameter: string, remedy?: string): void {
  const message = `bedrock has no ${parameter} in Converse; it was dropped.${remedy === undefined ? '' : ` ${remedy}`}`
  request.warn({ code: 'parameter-dropped', message, parameter })
}

function renderEffort(request: Request): string | undefined {
  const effort = request.reasoning?.effort
  if (effort === undefined || EFFORTS.includes(effort)) return effort
  warnDropped(request, 'reasoning.effort', `It takes low, medium, high, xhigh and max, not ${effort}. ${OWN_FIELD}`)
  return undefined
}

function renderOutput(request: Request): object | undefined {
  const output: PreparedOutput | undefined = request.output
  if (output?.type === 'json') warnDropped(request, 'output', 'Give a schema, or ask for JSON in the prompt.')
  if (output?.type !== 'schema') return undefined
  const { name, schema } = output
  return { type: 'json_schema', structure: { jsonSchema: { name, schema: JSON.stringify(schema) } } }
}

function renderOptions(options: BedrockOptions, stream: boolean): object {
  const { guardrail, promptVariables, latency, serviceTier } = options
  const { additionalModelRequestFields, additionalModelResponseFieldPaths, requestMetadata } = options
  const values = Object.entries(promptVariables ?? {}).map(([name, text]) => [name, { text }])
  return {
    ...named('guardrailConfig', guardrail && renderGuardrail(guardrail, stream)),
    ...named('additionalModelRequestFields', additionalModelRequestFields),
    ...named('additionalModelResponseFieldPaths', additionalModelResponseFieldPaths),
    ...named('promptVariables', promptVariables && Object.fromEntries(values)),
    ...named('requestMetadata', requestMetadata),
    ...named('performanceConfig', latency && { latency }),
    ...named('serviceTier', serviceTier && { type: serviceTier }),
  }
}

function renderGuardrail(guardrail: NonNullable<BedrockOptions['guardrail']>, stream: boolean): object | undefined {
  const { identifier: guardrailIdentifier, version: guardrailVersion, trace, streamProcessingMode } = guardrail
  const config = { guardrailIdentifier, guardrailVersion, trace }
  return filled(stream ? { ...config, streamProcessingMode } : config)
}

/** The fields that have a value; `undefined` where none has, as the API refuses some empty objects. */
function filled(fields: Readonly<Record<string, unknown>>): object | undefined {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

function named(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value }
}
