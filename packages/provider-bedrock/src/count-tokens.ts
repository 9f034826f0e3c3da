import type { BoundCodec, Capabilities, HostCalls } from '@llm/core'
import type { RequestBuilder } from './bedrock-client.ts'
import type { BedrockOptions } from './options.ts'

/** What a count may depend on: the rest of a request would be refused. */
const COUNTED = ['messages', 'system', 'toolConfig', 'additionalModelRequestFields']

/** What a count needs of the provider. */
export interface CountingHost {
  readonly calls: HostCalls<object>
  readonly codec: BoundCodec<BedrockOptions>
  /** The SDK, loaded at first use. */
  readonly builder: () => Promise<RequestBuilder>
}

/**
 * Counts what a request would take as input, on models that can.
 *
 * Reference: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
 */
export function createCountTokens({ calls, codec, builder }: CountingHost): Capabilities['countTokens'] {
  return request =>
    calls.json(
      {
        request,
        model: request.model,
        build: async () => {
          const { body, prepared } = await codec.render(request)
          const converse = Object.fromEntries(Object.entries(body).filter(([field]) => COUNTED.includes(field)))
          return (await builder())('CountTokens', prepared.model, { input: { converse } })
        },
      },
      body => ({ inputTokens: (body as { inputTokens: number }).inputTokens, source: 'provider' }),
    )
}
