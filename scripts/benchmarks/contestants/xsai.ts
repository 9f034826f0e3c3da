import { generateText } from '@xsai/generate-text'
import { streamText } from '@xsai/stream-text'
import { MODEL, PROMPT, type CallOptions, type Contestant, type Setup } from './contestant.ts'

export function create({ baseURL, apiKey, fetch }: Setup): Contestant<string> {
  const call = ({ signal }: CallOptions) => ({
    apiKey,
    baseURL: `${baseURL}/`,
    model: MODEL,
    messages: [{ role: 'user' as const, content: PROMPT }],
    ...(fetch && { fetch }),
    ...(signal && { abortSignal: signal }),
  })
  return {
    stream: options => streamText(call(options)).textStream,
    textOf: text => text,
    complete: async options => (await generateText(call(options))).text ?? '',
  }
}
