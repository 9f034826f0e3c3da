import { OpenAI } from 'openai'
import { PROMPT, type Contestant, type Setup } from '../contestant.ts'

export function create({ origin, apiKey, model }: Setup): Contestant<OpenAI.Responses.ResponseStreamEvent> {
  const { responses } = new OpenAI({ baseURL: `${origin}/v1`, apiKey })
  return {
    stream: options => responses.create({ model, input: PROMPT, stream: true }, options),
    textOf: event => (event.type === 'response.output_text.delta' ? event.delta : ''),
    complete: async options => (await responses.create({ model, input: PROMPT }, options)).output_text,
  }
}
