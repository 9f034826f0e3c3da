import type { AIMessageChunk } from '@langchain/core/messages'
import { ChatOpenAI } from '@langchain/openai'
import { MODEL, PROMPT, type Contestant, type Setup } from './contestant.ts'

export function create({ api, apiKey, baseURL, fetch }: Setup): Contestant<AIMessageChunk> {
  const model = new ChatOpenAI({
    model: MODEL,
    apiKey,
    useResponsesApi: api === 'responses',
    configuration: { baseURL, fetch },
  })
  return {
    stream: options => model.stream(PROMPT, options),
    textOf: chunk => chunk.text,
    complete: async options => (await model.invoke(PROMPT, options)).text,
  }
}
