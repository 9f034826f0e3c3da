import { OpenAI } from 'openai'
import { PROMPT, type Contestant, type Setup } from '../contestant.ts'

export function create({ origin, apiKey, model }: Setup): Contestant<OpenAI.ChatCompletionChunk> {
  const { completions } = new OpenAI({ baseURL: `${origin}/v1`, apiKey }).chat
  const request = { model, messages: [{ role: 'user' as const, content: PROMPT }] }
  const stream_options = { include_usage: true }
  return {
    stream: options => completions.create({ ...request, stream: true, stream_options }, options),
    textOf: chunk => chunk.choices[0]?.delta.content ?? '',
    complete: async options => (await completions.create(request, options)).choices[0]?.message.content ?? '',
  }
}
