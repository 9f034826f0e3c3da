import type { AIMessageChunk } from '@langchain/core/messages'
import { ChatOpenAI } from '@langchain/openai'
import { PROMPT, type Contestant, type Setup } from './contestant.ts'

export function create({ api, model: name, apiKey, origin }: Setup): Contestant<AIMessageChunk> {
  const model = new ChatOpenAI({
    model: name,
    apiKey,
    useResponsesApi: api === 'responses',
    configuration: { baseURL: `${origin}/v1` },
  })
  return {
    stream: options => model.stream(PROMPT, options),
    textOf: chunk => chunk.text,
    complete: async options => (await model.invoke(PROMPT, options)).text,
  }
}
