import { Groq } from 'groq-sdk'
import type { ChatCompletionChunk } from 'groq-sdk/resources/chat/completions'
import { PROMPT, type Contestant, type Setup } from '../contestant.ts'

export function create({ origin, apiKey, model }: Setup): Contestant<ChatCompletionChunk> {
  const { completions } = new Groq({ baseURL: origin, apiKey }).chat
  const request = { model, messages: [{ role: 'user' as const, content: PROMPT }] }
  return {
    stream: options => completions.create({ ...request, stream: true }, options),
    textOf: chunk => chunk.choices[0]?.delta.content ?? '',
    complete: async options => (await completions.create(request, options)).choices[0]?.message.content ?? '',
  }
}
