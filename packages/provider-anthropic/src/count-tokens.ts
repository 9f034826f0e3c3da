import type { Capabilities } from '@llm/core'
import type { AnthropicHost } from './anthropic-host.ts'
import { betasOf } from './completion/anthropic-betas.ts'

/** What a count may depend on: the rest of a request would be refused. */
const COUNTED = [
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'cache_control',
  'speed',
]

/** Counts what a request would take as input. Reference: https://platform.claude.com/docs/en/api/messages-count-tokens */
export function createCountTokens({ calls, codec, build, version }: AnthropicHost): Capabilities['countTokens'] {
  return request =>
    calls.json(
      {
        request,
        model: request.model,
        build: async () => {
          const { body, prepared } = await codec.render(request)
          const counted = Object.entries(body).filter(([field]) => COUNTED.includes(field))
          const path = '/v1/messages/count_tokens'
          return build({ path, body: Object.fromEntries(counted), betas: betasOf(prepared, version) })
        },
      },
      body => ({ inputTokens: (body as { input_tokens: number }).input_tokens, source: 'provider' }),
    )
}
