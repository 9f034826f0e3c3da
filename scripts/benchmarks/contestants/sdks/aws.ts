import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  type ConverseStreamOutput,
} from '@aws-sdk/client-bedrock-runtime'
import { FetchHttpHandler } from '@smithy/fetch-http-handler'
import { PROMPT, type CallOptions, type Contestant, type Setup } from '../contestant.ts'

/** Over the SDK's handler for `fetch`: the one that it takes by itself speaks HTTP/2 only. */
export function create({ origin, apiKey, model: modelId }: Setup): Contestant<ConverseStreamOutput> {
  const client = new BedrockRuntimeClient({
    region: 'us-east-1',
    endpoint: origin,
    token: { token: apiKey },
    authSchemePreference: ['httpBearerAuth'],
    requestHandler: new FetchHttpHandler(),
  })
  const request = { modelId, messages: [{ role: 'user' as const, content: [{ text: PROMPT }] }] }
  const abort = ({ signal }: CallOptions) => (signal ? { abortSignal: signal } : {})
  return {
    stream: async options => (await client.send(new ConverseStreamCommand(request), abort(options))).stream ?? NOTHING,
    textOf: event => event.contentBlockDelta?.delta?.text ?? '',
    complete: async options => {
      const { output } = await client.send(new ConverseCommand(request), abort(options))
      return output?.message?.content?.map(block => block.text ?? '').join('') ?? ''
    },
  }
}

const NOTHING: AsyncIterable<ConverseStreamOutput> = new ReadableStream()
