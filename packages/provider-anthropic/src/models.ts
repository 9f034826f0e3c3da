import type { Capabilities, ListedModel } from '@llm/core'
import { listAll, type AnthropicHost } from './anthropic-host.ts'

interface WireModel {
  readonly id: string
  readonly display_name?: string | null
  readonly created_at?: string | null
  readonly max_input_tokens?: number | null
  readonly max_tokens?: number | null
}

/** The models that the key may use. Reference: https://platform.claude.com/docs/en/api/models-list */
export function createListModels(host: AnthropicHost): Capabilities['listModels'] {
  return async request => (await listAll<WireModel>(host, '/v1/models', { request })).map(readModel)
}

function readModel({ id, display_name, created_at, max_input_tokens, max_tokens }: WireModel): ListedModel {
  return {
    id,
    ...(display_name != null && { name: display_name }),
    ...(created_at != null && { createdAt: created_at }),
    ...(max_input_tokens != null && { contextWindow: max_input_tokens }),
    ...(max_tokens != null && { maxOutputTokens: max_tokens }),
  }
}
