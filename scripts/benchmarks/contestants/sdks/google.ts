import { GoogleGenAI, type GenerateContentResponse } from '@google/genai'
import { PROMPT, type CallOptions, type Contestant, type Setup } from '../contestant.ts'

export function create({ origin, apiKey, model }: Setup): Contestant<GenerateContentResponse> {
  const { models } = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: origin } })
  const request = ({ signal }: CallOptions) => ({
    model,
    contents: PROMPT,
    ...(signal && { config: { abortSignal: signal } }),
  })
  return {
    stream: options => models.generateContentStream(request(options)),
    textOf: chunk => chunk.text ?? '',
    complete: async options => (await models.generateContent(request(options))).text ?? '',
  }
}
