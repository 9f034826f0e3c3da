import { OpenAI } from 'openai'
import { MODEL, PROMPT, type Contestant, type Setup } from './contestant.ts'

export function create({ api, ...setup }: Setup): Contestant {
  const client = new OpenAI(setup)
  return api === 'chat' ? chat(client) : responses(client)
}

function responses(client: OpenAI): Contestant<OpenAI.Responses.ResponseStreamEvent> {
  return {
    stream: options => client.responses.create({ model: MODEL, input: PROMPT, stream: true }, options),
    textOf: event => (event.type === 'response.output_text.delta' ? event.delta : ''),
    complete: async options => (await client.responses.create({ model: MODEL, input: PROMPT }, options)).output_text,
  }
}

function chat({ chat: { completions } }: OpenAI): Contestant<OpenAI.ChatCompletionChunk> {
  const messages = [{ role: 'user' as const, content: PROMPT }]
  const stream_options = { include_usage: true }
  return {
    stream: options => completions.create({ model: MODEL, messages, stream: true, stream_options }, options),
    textOf: chunk => chunk.choices[0]?.delta.content ?? '',
    complete: async options =>
      (await completions.create({ model: MODEL, messages }, options)).choices[0]?.message.content ?? '',
  }
}
