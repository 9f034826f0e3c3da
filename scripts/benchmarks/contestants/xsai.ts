import { generateText } from '@xsai/generate-text'
import { streamText } from '@xsai/stream-text'
import { PROMPT, type CallOptions, type Contestant, type Setup } from './contestant.ts'

export function create({ origin, apiKey, model }: Setup): Contestant<string> {
  const call = ({ signal }: CallOptions) => ({
    apiKey,
    baseURL: `${origin}/v1/`,
    model,
    messages: [{ role: 'user' as const, content: PROMPT }],
    ...(signal && { abortSignal: signal }),
  })
  return {
    stream: options => streamText(call(options)).textStream,
    textOf: text => text,
    complete: async options => (await generateText(call(options))).text ?? '',
  }
}
