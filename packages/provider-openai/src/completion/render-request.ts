import type { PreparedRequest } from '@llm/core'
import { addHostTools, snakeKeys, warnOtherApi, type HostTools } from '@llm/protocol-openai'
import type { OpenAIOptions } from '../options.ts'

/** Puts an option into the body. */
type Place = (body: Record<string, unknown>, value: never) => void

const as =
  (name: string): Place =>
  (body, value: unknown) => {
    body[name] = value
  }

const SHARED: Partial<Record<keyof OpenAIOptions, Place>> = {
  store: as('store'),
  serviceTier: as('service_tier'),
  promptCacheKey: as('prompt_cache_key'),
  promptCacheRetention: as('prompt_cache_retention'),
  safetyIdentifier: as('safety_identifier'),
  metadata: as('metadata'),
  extraBody: (body, value: Record<string, unknown>) => Object.assign(body, value),
}

const asTool =
  (name: keyof HostTools): Place =>
  (body, value: unknown) => {
    Object.assign(body, addHostTools(body, { [name]: value }))
  }

const RESPONSES: Partial<Record<keyof OpenAIOptions, Place>> = {
  ...SHARED,
  codeExecution: asTool('codeExecution'),
  mcpServers: asTool('mcpServers'),
  computerUse: asTool('computerUse'),
  serverTools: asTool('serverTools'),
  topLogprobs: (body, value: number) => Object.assign(body, { top_logprobs: value, include: included(body, LOGPROBS) }),
  previousResponseId: as('previous_response_id'),
  conversation: as('conversation'),
  include: (body, value: readonly string[]) => Object.assign(body, { include: included(body, value) }),
  truncation: as('truncation'),
  maxToolCalls: as('max_tool_calls'),
}

const CHAT: Partial<Record<keyof OpenAIOptions, Place>> = {
  ...SHARED,
  topLogprobs: (body, value: number) => Object.assign(body, { logprobs: true, top_logprobs: value }),
  modalities: as('modalities'),
  audio: as('audio'),
  prediction: (body, value: string) => Object.assign(body, { prediction: { type: 'content', content: value } }),
  logitBias: as('logit_bias'),
}

const LOGPROBS = ['message.output_text.logprobs']

function included(body: Record<string, unknown>, more: readonly string[]): readonly string[] {
  return [...new Set([...((body['include'] as readonly string[] | undefined) ?? []), ...more])]
}

/** Adds OpenAI's own options to a body of one of its two APIs. */
export function extendBody(
  api: 'responses' | 'chat',
): (body: Record<string, unknown>, request: PreparedRequest<OpenAIOptions>) => Record<string, unknown> {
  const places = api === 'responses' ? RESPONSES : CHAT
  return (body, request) => {
    for (const [name, value] of Object.entries(request.options) as [keyof OpenAIOptions, unknown][]) {
      if (value === undefined) continue
      const place = places[name]
      if (place !== undefined) place(body, value as never)
      else if (name in RESPONSES || name in CHAT)
        warnOtherApi(request, name, api === 'responses' ? 'chat' : 'responses')
      else warnNoCompletion(request, name)
    }
    return body
  }
}

function warnNoCompletion(request: PreparedRequest<OpenAIOptions>, option: string): void {
  const parameter = `providerOptions.openai.${option}`
  const message = `${parameter} is not for completions; it was dropped.`
  request.warn({ code: 'unsupported-option', message, parameter })
}

/** Adds them to a call that is not a completion: OpenAI refuses those that are not of that call. */
export function applyOptions(
  body: Record<string, unknown>,
  { extraBody, ...options }: OpenAIOptions,
): Record<string, unknown> {
  return { ...body, ...snakeKeys({ ...options }, false), ...extraBody }
}
