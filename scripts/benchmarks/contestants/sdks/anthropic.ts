import { Anthropic } from '@anthropic-ai/sdk'
import { PROMPT, type Contestant, type Setup } from '../contestant.ts'

export function create({ origin, apiKey, model }: Setup): Contestant<Anthropic.RawMessageStreamEvent> {
  const { messages } = new Anthropic({ baseURL: origin, apiKey })
  const request = { model, max_tokens: 4096, messages: [{ role: 'user' as const, content: PROMPT }] }
  return {
    stream: options => messages.create({ ...request, stream: true }, options),
    textOf: event =>
      event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? event.delta.text : '',
    complete: async options => {
      const { content } = await messages.create(request, options)
      return content.map(block => (block.type === 'text' ? block.text : '')).join('')
    },
  }
}
