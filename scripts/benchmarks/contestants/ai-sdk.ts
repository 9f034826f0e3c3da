import { createOpenAI } from '@ai-sdk/openai'
import { generateText, streamText } from 'ai'
import { MODEL, PROMPT, type CallOptions, type Contestant, type Setup } from './contestant.ts'

export function create({ api, baseURL, apiKey, fetch }: Setup): Contestant<string> {
  const openai = createOpenAI({ baseURL, apiKey, ...(fetch && { fetch }) })
  const model = api === 'chat' ? openai.chat(MODEL) : openai.responses(MODEL)
  const call = ({ signal, ...options }: CallOptions) => ({
    model,
    prompt: PROMPT,
    ...options,
    ...(signal && { abortSignal: signal }),
  })
  return {
    stream: options => streamText(call(options)).textStream,
    textOf: text => text,
    complete: async options => (await generateText(call(options))).text,
  }
}
